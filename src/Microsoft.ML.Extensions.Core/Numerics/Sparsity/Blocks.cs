namespace Microsoft.ML.Extensions.Numerics;

/// <summary>A matrix in blocks, each of which is kept or removed as a whole; blocks of one weight are the weights.</summary>
/// <param name="Rows">The rows of the matrix, a multiple of the blocks' height.</param>
/// <param name="Columns">Its columns, a multiple of the blocks' width.</param>
/// <param name="Height">The rows of a block.</param>
/// <param name="Width">The columns of a block.</param>
internal readonly record struct Blocks(int Rows, int Columns, int Height, int Width)
{
    /// <summary>The number of blocks.</summary>
    public int Count => Rows / Height * Across;

    private int Across => Columns / Width;

    /// <summary>The sum of each block's numbers, block after block along the rows.</summary>
    public float[] Sums(ReadOnlySpan<float> values)
    {
        var sums = new float[Count];
        for (var at = 0; at < Rows * Columns; at++)
        {
            sums[BlockOf(at)] += values[at];
        }
        return sums;
    }

    /// <summary>Whether each number is in a block that is kept.</summary>
    public void Fill(ReadOnlySpan<bool> kept, Span<bool> values)
    {
        for (var at = 0; at < Rows * Columns; at++)
        {
            values[at] = kept[BlockOf(at)];
        }
    }

    private int BlockOf(int at) => at / Columns / Height * Across + at % Columns / Width;
}
