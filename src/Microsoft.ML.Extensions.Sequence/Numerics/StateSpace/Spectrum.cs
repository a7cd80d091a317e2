namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// Eigenvalues of symmetric and of skew-symmetric matrices: reflections to tridiagonal form (Householder 1958), then bisection.
/// </summary>
internal static class Spectrum
{
    // Replaces a pivot of zero, by which the next could not be divided.
    private const double SmallestPivot = 1e-300;

    /// <summary>The eigenvalues of a symmetric matrix, in descending order.</summary>
    public static double[] Symmetric(double[,] matrix) => OfTridiagonal(Tridiagonal(matrix));

    /// <summary>
    /// The w of the eigenvalues <c>i w</c> of a skew-symmetric matrix, in descending order; they come in pairs of w and -w.
    /// </summary>
    public static double[] Skew(double[,] matrix)
    {
        // i times a skew tridiagonal matrix is similar, by powers of i on a diagonal, to the symmetric one with the same off-diagonal.
        var (_, beside) = Tridiagonal(matrix);
        return OfTridiagonal((new double[matrix.GetLength(0)], beside));
    }

    private static (double[] Main, double[] Beside) Tridiagonal(double[,] matrix)
    {
        var a = (double[,])matrix.Clone();
        var size = a.GetLength(0);
        for (var column = 0; column < size - 2; column++)
        {
            Reflect(a, column);
        }
        return ([.. Enumerable.Range(0, size).Select(n => a[n, n])],
            [.. Enumerable.Range(1, Math.Max(0, size - 1)).Select(n => a[n, n - 1])]);
    }

    // Zeroes the column below the subdiagonal, by the same reflection from both sides.
    private static void Reflect(double[,] a, int column)
    {
        var size = a.GetLength(0);
        var v = new double[size];
        for (var n = column + 1; n < size; n++)
        {
            v[n] = a[n, column];
        }
        v[column + 1] += Math.CopySign(Math.Sqrt(v.Sum(x => x * x)), v[column + 1]);
        var square = v.Sum(x => x * x);
        if (square == 0)
        {
            return;
        }
        for (var k = 0; k < size; k++)
        {
            double fromLeft = 0;
            for (var n = column + 1; n < size; n++)
            {
                fromLeft += v[n] * a[n, k];
            }
            for (var n = column + 1; n < size; n++)
            {
                a[n, k] -= 2 * fromLeft / square * v[n];
            }
        }
        for (var n = 0; n < size; n++)
        {
            double fromRight = 0;
            for (var k = column + 1; k < size; k++)
            {
                fromRight += a[n, k] * v[k];
            }
            for (var k = column + 1; k < size; k++)
            {
                a[n, k] -= 2 * fromRight / square * v[k];
            }
        }
    }

    private static double[] OfTridiagonal((double[] Main, double[] Beside) matrix)
    {
        var size = matrix.Main.Length;
        // Gershgorin's circles contain all eigenvalues.
        var bound = Enumerable.Range(0, size).Max(n => Math.Abs(matrix.Main[n])
            + (n > 0 ? Math.Abs(matrix.Beside[n - 1]) : 0) + (n < size - 1 ? Math.Abs(matrix.Beside[n]) : 0));
        return [.. Enumerable.Range(0, size).Select(rank => Bisect(matrix.Main, matrix.Beside, rank, bound))];
    }

    // The eigenvalue that is exceeded by this many others.
    private static double Bisect(double[] main, double[] beside, int rank, double bound)
    {
        var (low, high) = (-bound, bound);
        for (var middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
        {
            if (CountAbove(main, beside, middle) > rank)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    // Sylvester's law of inertia: their number is that of positive pivots of the matrix minus the value.
    private static int CountAbove(double[] main, double[] beside, double value)
    {
        var (count, pivot) = (0, 1.0);
        for (var n = 0; n < main.Length; n++)
        {
            var step = n == 0 ? 0 : beside[n - 1] * beside[n - 1] / pivot;
            pivot = main[n] - value - step;
            pivot = pivot == 0 ? SmallestPivot : pivot;
            count += pivot > 0 ? 1 : 0;
        }
        return count;
    }
}
