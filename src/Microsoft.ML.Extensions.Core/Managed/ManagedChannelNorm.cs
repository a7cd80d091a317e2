using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Managed;

/// <summary><see cref="Networks.ChannelBatchNorm"/> of a trained network: a factor and a summand of each channel.</summary>
internal static class ManagedChannelNorm
{
    private const double Epsilon = 1e-5;

    /// <param name="norm">The weights of the norm.</param>
    /// <param name="channels">C.</param>
    public static (double[] Factors, float[] Summands) Of(StoredWeights norm, int channels)
    {
        var (gain, summands) = (norm.Singles("weight", channels), norm.Singles("bias", channels));
        var (mean, variance) = (norm.Singles("running_mean", channels), norm.Singles("running_var", channels));
        // How many batches gave the statistics matters to training alone.
        norm.Integers("num_batches_tracked");
        var factors = new double[channels];
        for (var c = 0; c < channels; c++)
        {
            factors[c] = gain[c] / Math.Sqrt(variance[c] + Epsilon);
            summands[c] = (float)(summands[c] - (mean[c] * factors[c]));
        }
        return (factors, summands);
    }
}
