namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// The state matrices of HiPPO (Gu, Dao, Ermon, Rudra, Re 2020, arXiv 2008.07669) by their formulas: <c>x' = A x + B u</c> keeps the
/// coefficients of the past of u in a basis of N polynomials. A has the stable sign.
/// </summary>
internal static class Hippo
{
    /// <summary>Scaled Legendre: the whole past with equal weight.</summary>
    public static double[,] LegS(int size) => Fill(size, (n, k) => n > k ? -Root(n) * Root(k) : n == k ? -(n + 1) : 0);

    /// <summary>Translated Legendre: a window of the past. Not halved, as in the code of LSSL but unlike later code.</summary>
    public static double[,] LegT(int size) => Fill(size, (n, k) => -Root(n) * Root(k) * (n >= k || (n - k) % 2 == 0 ? 1 : -1));

    /// <summary>Translated Laguerre: the past, fading exponentially.</summary>
    public static double[,] LagT(int size) => Fill(size, (n, k) => n > k ? -1 : n == k ? -0.5 : 0);

    /// <summary>B of <see cref="LegS"/> and <see cref="LegT"/>; that of <see cref="LagT"/> is all ones.</summary>
    public static double[] LegendreInput(int size) => [.. Enumerable.Range(0, size).Select(Root)];

    /// <summary>sqrt(2 n + 1), the norm of the n-th Legendre polynomial.</summary>
    public static double Root(int n) => Math.Sqrt((2 * n) + 1);

    private static double[,] Fill(int size, Func<int, int, double> entry)
    {
        var matrix = new double[size, size];
        for (var n = 0; n < size; n++)
        {
            for (var k = 0; k < size; k++)
            {
                matrix[n, k] = entry(n, k);
            }
        }
        return matrix;
    }
}
