using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="Microsoft.ML.Extensions.Networks.StepBatchNorm"/> of a trained network, as a part of the layer before it.</summary>
internal static class ManagedBatchNorm
{
    private const double Epsilon = 1e-5;

    /// <summary>The factor of each channel. The summand becomes part of the layer's bias.</summary>
    /// <param name="norm">The weights of the norm.</param>
    /// <param name="channels">D.</param>
    /// <param name="bias">The bias of the layer before, <c>[D]</c>, which becomes that of both.</param>
    public static double[] Fold(StoredWeights norm, int channels, float[] bias)
    {
        var (gain, shift) = (norm.Singles("gain", channels), norm.Singles("shift", channels));
        var (mean, variance) = (norm.Singles("mean", channels), norm.Singles("variance", channels));
        // How many batches gave the statistics matters to training alone.
        norm.Singles("batches", 1);
        var factors = new double[channels];
        for (var c = 0; c < channels; c++)
        {
            factors[c] = gain[c] / Math.Sqrt(variance[c] + Epsilon);
            bias[c] = (float)(((bias[c] - (double)mean[c]) * factors[c]) + shift[c]);
        }
        return factors;
    }
}
