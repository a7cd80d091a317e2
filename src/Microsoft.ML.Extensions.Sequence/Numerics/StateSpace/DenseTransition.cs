using System.Numerics;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>One system in discrete time, as <see cref="StateSpaceRecurrence"/> but for speed: SIMD along columns.</summary>
internal sealed class DenseTransition
{
    private readonly int _size;
    private readonly double[] _columns;

    private DenseTransition(int size, double[] columns) => (_size, _columns) = (size, columns);

    /// <summary>Bbar.</summary>
    public ReadOnlySpan<double> Input => _columns.AsSpan(_size * _size);

    /// <summary>An entry of Abar.</summary>
    public double At(int row, int column) => _columns[(column * _size) + row];

    /// <summary>The generalised bilinear transform, as <see cref="StateSpaceRecurrence.Discretize"/>.</summary>
    public static DenseTransition Of(double[,] matrix, float[] input, double delta, double alpha)
    {
        var size = input.Length;
        // The matrix to solve with, the explicit part, and B.
        var rows = new double[size][];
        for (var n = 0; n < size; n++)
        {
            rows[n] = new double[(2 * size) + 1];
            for (var k = 0; k < size; k++)
            {
                var moved = delta * matrix[n, k];
                rows[n][k] = (n == k ? 1 : 0) - (alpha * moved);
                rows[n][size + k] = (n == k ? 1 : 0) + ((1 - alpha) * moved);
            }
            rows[n][2 * size] = delta * input[n];
        }
        Eliminate(rows);
        var columns = new double[(size + 1) * size];
        for (var n = 0; n < size; n++)
        {
            for (var k = 0; k <= size; k++)
            {
                columns[(k * size) + n] = rows[n][size + k] / rows[n][n];
            }
        }
        return new DenseTransition(size, columns);
    }

    /// <summary><c>Abar x</c>.</summary>
    public void Advance(ReadOnlySpan<double> state, Span<double> next)
    {
        next.Clear();
        for (var k = 0; k < state.Length; k++)
        {
            AddScaled(_columns.AsSpan(k * _size, _size), state[k], next);
        }
    }

    // With partial pivoting, until only the diagonal is left of the first columns.
    private static void Eliminate(double[][] rows)
    {
        for (var column = 0; column < rows.Length; column++)
        {
            var pivot = Enumerable.Range(column, rows.Length - column).MaxBy(row => Math.Abs(rows[row][column]));
            (rows[pivot], rows[column]) = (rows[column], rows[pivot]);
            for (var row = 0; row < rows.Length; row++)
            {
                if (row != column)
                {
                    AddScaled(rows[column].AsSpan(column), -rows[row][column] / rows[column][column], rows[row].AsSpan(column));
                }
            }
        }
    }

    // No sums across a vector, so that its width changes no bit.
    private static void AddScaled(ReadOnlySpan<double> source, double factor, Span<double> target)
    {
        var n = 0;
        for (; n <= target.Length - Vector<double>.Count; n += Vector<double>.Count)
        {
            var sum = new Vector<double>(target[n..]) + (new Vector<double>(source[n..]) * factor);
            sum.CopyTo(target[n..]);
        }
        for (; n < target.Length; n++)
        {
            target[n] += source[n] * factor;
        }
    }
}
