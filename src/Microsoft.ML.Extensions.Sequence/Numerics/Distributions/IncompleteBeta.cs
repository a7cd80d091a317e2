namespace Microsoft.ML.Extensions.Numerics;

/// <summary>The logarithm of the gamma function, and the regularized incomplete beta function, which most distributions' tails are.</summary>
/// <remarks>
/// Lanczos 1964 with g = 7 and 9 terms, relative error near 1e-15; the continued fraction of Press et al., "Numerical Recipes", section 6.4,
/// by Lentz' method.
/// </remarks>
internal static class IncompleteBeta
{
    private const double Tiny = 1e-300;
    private const double Enough = 1e-15;

    // The fraction needs about the root of the larger parameter.
    private const int LeastSteps = 200;
    private const int MostSteps = 1_000_000;

    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
        -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary><c>log Gamma(x)</c> for x above 0.</summary>
    public static double LogGamma(double x)
    {
        if (x < 0.5)
        {
            return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);
        }
        var sum = Lanczos[0];
        for (var i = 1; i < Lanczos.Length; i++)
        {
            sum += Lanczos[i] / (x - 1 + i);
        }
        var t = x + 6.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x - 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    /// <summary><c>I_x(a, b)</c> for a and b above 0 and x in 0 to 1.</summary>
    /// <param name="a">a.</param>
    /// <param name="b">b.</param>
    /// <param name="x">x.</param>
    /// <param name="rest">1 - x, which may be known more exactly.</param>
    public static double Of(double a, double b, double x, double rest)
    {
        if (x <= 0 || rest <= 0)
        {
            return x <= 0 ? 0 : 1;
        }
        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(rest)));
        return x < (a + 1) / (a + b + 2) ? front * Fraction(a, b, x) / a : 1 - (front * Fraction(b, a, rest) / b);
    }

    private static double Fraction(double a, double b, double x)
    {
        var (c, d) = (1.0, Inverse(1 - ((a + b) * x / (a + 1))));
        var value = d;
        var steps = Math.Min(LeastSteps + (10 * Math.Sqrt(Math.Max(a, b))), MostSteps);
        for (var m = 1; m < steps; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            (c, d) = (Bounded(1 + (even / c)), Inverse(1 + (even * d)));
            value *= c * d;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            (c, d) = (Bounded(1 + (odd / c)), Inverse(1 + (odd * d)));
            value *= c * d;
            if (Math.Abs((c * d) - 1) < Enough)
            {
                break;
            }
        }
        return value;
    }

    private static double Bounded(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    private static double Inverse(double value) => 1 / Bounded(value);
}
