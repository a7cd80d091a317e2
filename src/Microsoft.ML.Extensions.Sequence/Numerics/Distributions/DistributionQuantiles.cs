using MathNet.Numerics;

namespace Microsoft.ML.Extensions.Numerics;

/// <summary>Inverse distribution functions.</summary>
internal static class DistributionQuantiles
{
    private const int Iterations = 200;

    // Beyond it, the tail takes too many terms.
    private const double LargestMean = 1e9;

    /// <summary>The quantile of the standard normal distribution.</summary>
    /// <param name="level">Above 0 and below 1.</param>
    public static double Normal(double level) => MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, level);

    /// <summary>The quantile of Student's t distribution.</summary>
    /// <param name="level">Above 0 and below 1.</param>
    /// <param name="freedom">The degrees of freedom, above 0.</param>
    public static double StudentT(double level, double freedom)
    {
        if (!double.IsFinite(freedom))
        {
            return double.NaN;
        }
        if (level < 0.5)
        {
            return -StudentT(1 - level, freedom);
        }
        // The normal quantile is nearer to 0, and on a concave function Newton's method goes up to the root without passing it.
        var t = Normal(level);
        var scale = SpecialFunctions.GammaLn((freedom + 1) / 2) - SpecialFunctions.GammaLn(freedom / 2) - (0.5 * Math.Log(freedom * Math.PI));
        for (var i = 0; i < Iterations; i++)
        {
            var density = Math.Exp(scale - ((freedom + 1) / 2 * Math.Log(1 + (t * t / freedom))));
            var step = (StudentTail(t, freedom) - (1 - level)) / density;
            t += step;
            if (Math.Abs(step) <= 1e-12 * Math.Abs(t))
            {
                break;
            }
        }
        return t;
    }

    /// <summary>The smallest count whose probability, with that of all smaller ones, is at least the level.</summary>
    /// <param name="level">Above 0 and below 1.</param>
    /// <param name="mean">The mean m, 0 or above; beyond 1e9 the quantile is NaN.</param>
    /// <param name="dispersion">a, above 0; the variance is <c>m + a m^2</c>.</param>
    public static double NegativeBinomial(double level, double mean, double dispersion)
    {
        if (!(mean <= LargestMean) || !double.IsFinite(dispersion))
        {
            return double.NaN;
        }
        var (low, high) = (-1.0, Math.Ceiling(mean));
        while (NegativeBinomialUpTo(high, mean, dispersion) < level)
        {
            (low, high) = (high, (2 * high) + 1);
        }
        // Beyond 2^53, neighbouring counts are the same number.
        while (high - low > Math.Max(1, high * 1e-15))
        {
            var middle = Math.Floor((low + high) / 2);
            (low, high) = NegativeBinomialUpTo(middle, mean, dispersion) < level ? (middle, high) : (low, middle);
        }
        return high;
    }

    /// <summary>The probability of at most this count, a whole number of 0 or above.</summary>
    public static double NegativeBinomialUpTo(double count, double mean, double dispersion) => IncompleteBeta(
        1 / dispersion, count + 1, 1 / (1 + (dispersion * mean)), dispersion * mean / (1 + (dispersion * mean)));

    /// <summary>The probability of more than t, for t of 0 or above.</summary>
    public static double StudentTail(double t, double freedom) =>
        IncompleteBeta(freedom / 2, 0.5, freedom / (freedom + (t * t)), t * t / (freedom + (t * t))) / 2;

    // I_x(a, b) from x and 1 - x, the smaller of which is the more exact.
    private static double IncompleteBeta(double a, double b, double x, double rest) =>
        x <= rest ? SpecialFunctions.BetaRegularized(a, b, x) : 1 - SpecialFunctions.BetaRegularized(b, a, rest);
}
