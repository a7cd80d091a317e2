namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>The reference of convolutions by Fourier transform.</summary>
internal static class CausalConvolution
{
    /// <summary><c>y_t = sum_s K_s u_{t-s}</c> over the existing steps.</summary>
    public static double[] Direct(IReadOnlyList<double> kernel, IReadOnlyList<double> inputs)
    {
        var outputs = new double[inputs.Count];
        for (var t = 0; t < outputs.Length; t++)
        {
            for (var s = 0; s <= t && s < kernel.Count; s++)
            {
                outputs[t] += kernel[s] * inputs[t - s];
            }
        }
        return outputs;
    }
}
