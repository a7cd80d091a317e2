using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Rotary position embedding (Su et al. 2021, arXiv 2104.09864): queries and keys are rotated by angles that grow with the position.
/// </summary>
/// <remarks>
/// The first half of a head's numbers is the real part, the second half the imaginary one, as in Llama's files from Hugging Face.
/// </remarks>
internal sealed class RotaryPositions
{
    private readonly int _half;
    private readonly Tensor _cosine;
    private readonly Tensor _sine;

    /// <summary>The angles of positions 0 to <paramref name="steps"/> - 1. Its tensors live in the caller's dispose scope.</summary>
    public RotaryPositions(TransformerConfig config, int steps, ScalarType type, Device device)
    {
        _half = config.HeadWidth / 2;
        var angles = new double[steps * _half];
        for (var i = 0; i < angles.Length; i++)
        {
            angles[i] = i / _half * Math.Pow(config.RotaryBase, -(double)(i % _half) / _half);
        }
        (_cosine, _sine) = (Table(Math.Cos), Table(Math.Sin));

        // [T, 1, W / 2]
        Tensor Table(Func<double, double> function) => tensor(angles.Select(function).ToArray(), type, device).view(steps, 1, _half);
    }

    /// <param name="heads"><c>[B, T, heads, W]</c>.</param>
    public Tensor Rotate(Tensor heads)
    {
        var (real, imaginary) = (heads.narrow(-1, 0, _half), heads.narrow(-1, _half, _half));
        return cat([(real * _cosine).Minus(imaginary * _sine), (imaginary * _cosine).Plus(real * _sine)], -1);
    }
}
