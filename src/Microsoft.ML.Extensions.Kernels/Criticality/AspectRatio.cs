namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The best ratio of depth to width by theory.</summary>
/// <remarks>
/// <c>r* = 4 / (20 + 3 K) / nu(gamma)</c>, K being the outputs: the ratio at which a hidden layer's mutual information is largest to second
/// order in 1 / n (Roberts, Yaida, Hanin 2022, arXiv 2106.10165). The formula comes from later software
/// that cites the book, and was not checked against the book. It does not depend on the data.
/// </remarks>
internal static class AspectRatio
{
    private const int Bisections = 100;

    /// <summary>r*.</summary>
    /// <param name="point">The activation's critical point, which must exist.</param>
    /// <param name="outputs">The network's outputs.</param>
    /// <param name="residualWeight">gamma.</param>
    public static double Optimal(CriticalPoint point, int outputs, double residualWeight) =>
        4 / (20 + (3.0 * outputs)) / point.FluctuationWith(residualWeight);

    /// <summary>
    /// The residual weight for which a ratio is the best: 0 where it is already below the best ratio, null where no weight suffices.
    /// </summary>
    public static double? ResidualWeightFor(CriticalPoint point, int outputs, double ratio)
    {
        // r* increases with gamma without limit.
        var (from, to) = (0.0, ResidualWeights.Largest);
        if (Optimal(point, outputs, from) >= ratio)
        {
            return 0;
        }
        if (Optimal(point, outputs, to) < ratio)
        {
            return null;
        }
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (from + to) / 2;
            (from, to) = Optimal(point, outputs, middle) < ratio ? (middle, to) : (from, middle);
        }
        return to;
    }
}
