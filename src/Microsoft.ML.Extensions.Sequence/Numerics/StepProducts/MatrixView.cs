namespace Microsoft.ML.Extensions.Numerics.StepProducts;

/// <summary>A matrix in memory whose entry (row, column) stands at <c>Start[row * RowStride + column * ColumnStride]</c>; rows may overlap.</summary>
/// <param name="start">The entry (0, 0).</param>
/// <param name="rows">Rows.</param>
/// <param name="columns">Columns.</param>
/// <param name="rowStride">Numbers from a row to the next.</param>
/// <param name="columnStride">Numbers from a column to the next.</param>
internal readonly unsafe struct MatrixView(float* start, int rows, int columns, nint rowStride, nint columnStride)
{
    /// <summary>The entry (0, 0).</summary>
    public float* Start => start;

    /// <summary>Rows.</summary>
    public int Rows => rows;

    /// <summary>Columns.</summary>
    public int Columns => columns;

    /// <summary>Numbers from a row to the next.</summary>
    public nint RowStride => rowStride;

    /// <summary>Numbers from a column to the next.</summary>
    public nint ColumnStride => columnStride;

    /// <summary>Rows that follow each other.</summary>
    public static MatrixView Of(float* start, int rows, int columns) => new(start, rows, columns, columns, 1);

    /// <summary>The transposed matrix.</summary>
    public MatrixView Transposed => new(Start, Columns, Rows, ColumnStride, RowStride);

    /// <summary>Some of its rows and columns.</summary>
    public MatrixView Part(int row, int rows, int column, int columns) =>
        new(Start + (row * RowStride) + (column * ColumnStride), rows, columns, RowStride, ColumnStride);
}
