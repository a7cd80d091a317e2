using System.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A sparse matrix in CSR format: row i has the columns and values from <c>Starts[i]</c> to <c>Starts[i + 1]</c>.</summary>
internal sealed record SparseRows(int Columns, int[] Starts, int[] Places, double[] Values)
{
    public int Rows => Starts.Length - 1;

    /// <summary>Adds the product with a dense matrix: <c>[rows, columns] x [columns, width]</c>.</summary>
    public void Times(ReadOnlySpan<double> right, int width, Span<double> product, Action checkAlive)
    {
        for (var row = 0; row < Rows; row++)
        {
            checkAlive();
            for (var place = Starts[row]; place < Starts[row + 1]; place++)
            {
                Add(right.Slice(Places[place] * width, width), Values[place], product.Slice(row * width, width));
            }
        }
    }

    /// <summary>Adds the product of the transposed matrix with a dense one: <c>[columns, rows] x [rows, width]</c>.</summary>
    public void TransposedTimes(ReadOnlySpan<double> right, int width, Span<double> product, Action checkAlive)
    {
        for (var row = 0; row < Rows; row++)
        {
            checkAlive();
            for (var place = Starts[row]; place < Starts[row + 1]; place++)
            {
                Add(right.Slice(row * width, width), Values[place], product.Slice(Places[place] * width, width));
            }
        }
    }

    private static void Add(ReadOnlySpan<double> source, double factor, Span<double> target)
    {
        var place = 0;
        for (; place <= source.Length - Vector<double>.Count; place += Vector<double>.Count)
        {
            (new Vector<double>(target[place..]) + (new Vector<double>(source[place..]) * factor)).CopyTo(target[place..]);
        }
        for (; place < source.Length; place++)
        {
            target[place] += source[place] * factor;
        }
    }
}
