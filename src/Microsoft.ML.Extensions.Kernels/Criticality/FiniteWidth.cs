namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Fluctuations of the size of signals over random networks of finite width, exact for scale-invariant activations.</summary>
internal static class FiniteWidth
{
    /// <summary>
    /// E[G^2] / E[G]^2 of <c>G = (C_W / n) sum sigma(z)^2</c> after hidden layers of these widths: the product of <c>1 + nu / n</c>. For
    /// ReLU nu is 5, for a linear network 2.
    /// </summary>
    /// <param name="fluctuation">nu.</param>
    /// <param name="widths">n of each hidden layer.</param>
    public static double SecondMoment(double fluctuation, IEnumerable<int> widths) =>
        widths.Aggregate(1.0, (product, width) => product * (1 + (fluctuation / width)));
}
