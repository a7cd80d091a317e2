namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// <c>A = -P (D + T^-1) Q</c> with diagonal P, D, Q and tridiagonal T: the matrices of theorem 11 of LSSL (Gu et al. 2021,
/// arXiv 2110.13985), which hold LegS, LegT and LagT and whose products and solves take O(N).
/// </summary>
/// <param name="P">[N].</param>
/// <param name="D">[N].</param>
/// <param name="Q">[N].</param>
/// <param name="Lower">T below its diagonal, [N]: entry n is in row n, and entry 0 is unused.</param>
/// <param name="Main">T's diagonal, [N].</param>
/// <param name="Upper">T above its diagonal, [N]: entry n is in row n, and the last is unused.</param>
internal sealed record StructuredMatrix(double[] P, double[] D, double[] Q, double[] Lower, double[] Main, double[] Upper)
{
    public int Size => P.Length;

    public static StructuredMatrix LegS(int size) => new(
        Hippo.LegendreInput(size), Vector(size, n => -n / ((2.0 * n) + 1)), Hippo.LegendreInput(size),
        Vector(size, _ => -1), Vector(size, _ => 1), Vector(size, _ => 0));

    /// <summary>
    /// T^-1 is all ones on and below the diagonal and of alternating signs above: T has halves beside its diagonal and in its corners.
    /// </summary>
    public static StructuredMatrix LegT(int size) => new(
        Hippo.LegendreInput(size), new double[size], Hippo.LegendreInput(size),
        Vector(size, _ => -0.5), Vector(size, n => (n == 0 ? 0.5 : 0) + (n == size - 1 ? 0.5 : 0)), Vector(size, _ => 0.5));

    public static StructuredMatrix LagT(int size) => new(
        Vector(size, _ => 1), Vector(size, _ => -0.5), Vector(size, _ => 1),
        Vector(size, _ => -1), Vector(size, _ => 1), Vector(size, _ => 0));

    /// <summary>A, entry by entry.</summary>
    public double[,] ToDense()
    {
        var inverse = DenseAlgebra.Solve(TridiagonalToDense(), DenseAlgebra.ScaleAndShift(new double[Size, Size], 0, 1));
        for (var n = 0; n < Size; n++)
        {
            for (var k = 0; k < Size; k++)
            {
                inverse[n, k] = -P[n] * (inverse[n, k] + (n == k ? D[n] : 0)) * Q[k];
            }
        }
        return inverse;
    }

    private double[,] TridiagonalToDense()
    {
        var dense = new double[Size, Size];
        for (var n = 0; n < Size; n++)
        {
            dense[n, n] = Main[n];
            if (n > 0)
            {
                dense[n, n - 1] = Lower[n];
                dense[n - 1, n] = Upper[n - 1];
            }
        }
        return dense;
    }

    private static double[] Vector(int size, Func<int, double> entry) => [.. Enumerable.Range(0, size).Select(entry)];
}
