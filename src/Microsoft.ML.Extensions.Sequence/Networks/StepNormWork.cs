using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The settings of a <see cref="FusedStepNorm"/>.</summary>
/// <param name="Lengths">The valid steps of each row; null where all are.</param>
/// <param name="Before">The steps of the window before its own.</param>
/// <param name="IsRelu">Whether ReLU comes after the norm.</param>
/// <param name="Kept">The factors of dropout after it, <c>[B, K]</c> for all steps of a row; null for none.</param>
/// <param name="Learns">Whether the statistics are those of the batch.</param>
/// <param name="Momentum">The part that the batch's statistics have of the running ones.</param>
/// <param name="Mean">The running mean, <c>[K]</c>, which changes where the norm learns.</param>
/// <param name="Variance">The running variance, <c>[K]</c>.</param>
internal sealed record StepNormWork(
    int[]? Lengths, int Before, bool IsRelu, Tensor? Kept, bool Learns, double Momentum, Tensor Mean, Tensor Variance)
{
    /// <summary>Changes the running statistics.</summary>
    /// <param name="mean">The batch's mean, without the bias.</param>
    /// <param name="bias">The bias.</param>
    /// <param name="squares">The sums of squared distances from the mean.</param>
    /// <param name="count">The steps that they are of, at least 2.</param>
    public void Update(ReadOnlySpan<float> mean, ReadOnlySpan<float> bias, ReadOnlySpan<double> squares, int count)
    {
        var running = Mean.AsSpan();
        var variance = Variance.AsSpan();
        for (var c = 0; c < mean.Length; c++)
        {
            running[c] = (float)(((1 - Momentum) * running[c]) + (Momentum * ((double)mean[c] + bias[c])));
            variance[c] = (float)(((1 - Momentum) * variance[c]) + (Momentum * squares[c] / (count - 1)));
        }
    }
}
