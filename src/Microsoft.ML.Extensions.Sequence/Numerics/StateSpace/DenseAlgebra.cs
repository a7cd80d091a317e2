namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>Dense linear algebra for the double-precision references.</summary>
internal static class DenseAlgebra
{
    /// <summary>factor * matrix + shift * identity.</summary>
    public static double[,] ScaleAndShift(double[,] matrix, double factor, double shift)
    {
        var size = matrix.GetLength(0);
        var result = new double[size, size];
        for (var n = 0; n < size; n++)
        {
            for (var k = 0; k < size; k++)
            {
                result[n, k] = (factor * matrix[n, k]) + (n == k ? shift : 0);
            }
        }
        return result;
    }

    public static double[] Multiply(double[,] matrix, double[] vector)
    {
        var result = new double[matrix.GetLength(0)];
        for (var n = 0; n < result.Length; n++)
        {
            for (var k = 0; k < vector.Length; k++)
            {
                result[n] += matrix[n, k] * vector[k];
            }
        }
        return result;
    }

    /// <summary>X with matrix X = right, by elimination with partial pivoting.</summary>
    public static double[,] Solve(double[,] matrix, double[,] right)
    {
        var (a, x) = ((double[,])matrix.Clone(), (double[,])right.Clone());
        var size = a.GetLength(0);
        for (var column = 0; column < size; column++)
        {
            var pivot = Enumerable.Range(column, size - column).MaxBy(row => Math.Abs(a[row, column]));
            Exchange(a, pivot, column);
            Exchange(x, pivot, column);
            for (var row = 0; row < size; row++)
            {
                if (row != column)
                {
                    var factor = a[row, column] / a[column, column];
                    Subtract(a, row, column, factor);
                    Subtract(x, row, column, factor);
                }
            }
        }
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < x.GetLength(1); column++)
            {
                x[row, column] /= a[row, row];
            }
        }
        return x;
    }

    private static void Exchange(double[,] matrix, int left, int right)
    {
        for (var column = 0; column < matrix.GetLength(1); column++)
        {
            (matrix[left, column], matrix[right, column]) = (matrix[right, column], matrix[left, column]);
        }
    }

    private static void Subtract(double[,] matrix, int row, int other, double factor)
    {
        for (var column = 0; column < matrix.GetLength(1); column++)
        {
            matrix[row, column] -= factor * matrix[other, column];
        }
    }
}
