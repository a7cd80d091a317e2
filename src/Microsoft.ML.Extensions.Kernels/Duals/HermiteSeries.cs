namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// Series in the orthonormal Hermite polynomials of the standard normal law: h_0 = 1, h_1 = z, h_2 = (z^2 - 1) / sqrt 2, ...
/// </summary>
internal static class HermiteSeries
{
    /// <summary>The value of sum a_k h_k at z.</summary>
    public static double Evaluate(ReadOnlySpan<double> coefficients, double z)
    {
        var (before, now, sum) = (0.0, 1.0, 0.0);
        for (var k = 0; k < coefficients.Length; k++)
        {
            sum += coefficients[k] * now;
            (before, now) = (now, ((z * now) - (Math.Sqrt(k) * before)) / Math.Sqrt(k + 1));
        }
        return sum;
    }

    /// <summary>The coefficients of the same function at w z, by the three-term recursion in this basis.</summary>
    public static double[] Rescaled(ReadOnlySpan<double> coefficients, double w)
    {
        var size = coefficients.Length;
        var (before, now, next, sum) = (new double[size], new double[size], new double[size], new double[size]);
        now[0] = 1;
        for (var k = 0; k < size; k++)
        {
            for (var j = 0; j <= k; j++)
            {
                sum[j] += coefficients[k] * now[j];
            }
            for (var j = 0; j < size && j <= k + 1; j++)
            {
                var timesZ = (j > 0 ? Math.Sqrt(j) * now[j - 1] : 0) + (j + 1 < size ? Math.Sqrt(j + 1) * now[j + 1] : 0);
                next[j] = ((w * timesZ) - (Math.Sqrt(k) * before[j])) / Math.Sqrt(k + 1);
            }
            (before, now, next) = (now, next, before);
        }
        return sum;
    }
}
