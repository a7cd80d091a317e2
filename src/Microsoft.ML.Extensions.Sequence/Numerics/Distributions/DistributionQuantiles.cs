namespace Microsoft.ML.Extensions.Numerics;

/// <summary>Inverse distribution functions.</summary>
internal static class DistributionQuantiles
{
    private const int Iterations = 200;

    // Beyond it, the fraction of the tail takes too many terms.
    private const double LargestMean = 1e9;

    /// <summary>The quantile of the standard normal distribution: Acklam's rational functions, with a relative error below 1.2e-9.</summary>
    /// <param name="level">Above 0 and below 1.</param>
    public static double Normal(double level)
    {
        if (level > 0.5)
        {
            return -Normal(1 - level);
        }
        if (level < 0.02425)
        {
            var tail = Math.Sqrt(-2 * Math.Log(level));
            return Polynomial(tail, -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783)
                / Polynomial(tail, 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416, 1);
        }
        var (q, r) = (level - 0.5, (level - 0.5) * (level - 0.5));
        return q * Polynomial(r, -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239)
            / Polynomial(r, -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01, 1);
    }

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
        var scale = IncompleteBeta.LogGamma((freedom + 1) / 2) - IncompleteBeta.LogGamma(freedom / 2) - (0.5 * Math.Log(freedom * Math.PI));
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
    public static double NegativeBinomialUpTo(double count, double mean, double dispersion) => IncompleteBeta.Of(
        1 / dispersion, count + 1, 1 / (1 + (dispersion * mean)), dispersion * mean / (1 + (dispersion * mean)));

    /// <summary>The probability of more than t, for t of 0 or above.</summary>
    public static double StudentTail(double t, double freedom) =>
        IncompleteBeta.Of(freedom / 2, 0.5, freedom / (freedom + (t * t)), t * t / (freedom + (t * t))) / 2;

    private static double Polynomial(double x, params ReadOnlySpan<double> coefficients)
    {
        var value = 0.0;
        foreach (var coefficient in coefficients)
        {
            value = (value * x) + coefficient;
        }
        return value;
    }
}
