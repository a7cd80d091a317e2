namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The error function in double precision, which .NET lacks.</summary>
internal static class ErrorFunction
{
    private const double Middle = 2.5, Precision = 1e-17;
    private const int Fractions = 60;

    /// <summary><c>erf(x) = 2 / sqrt(pi) * integral of exp(-t^2) from 0 to x</c>, to about 1e-15.</summary>
    public static double Of(double x) => Math.Abs(x) < Middle ? Series(x) : Math.Sign(x) * (1 - Complement(Math.Abs(x)));

    // All terms have the sign of x, so nothing cancels: Abramowitz and Stegun, 7.1.6.
    private static double Series(double x)
    {
        var (term, sum) = (x, x);
        for (var n = 1; Math.Abs(term) > Precision * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    // The continued fraction 7.1.14, from its end.
    private static double Complement(double x)
    {
        var fraction = x;
        for (var n = Fractions; n >= 1; n--)
        {
            fraction = x + (n / 2.0 / fraction);
        }
        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * fraction);
    }
}
