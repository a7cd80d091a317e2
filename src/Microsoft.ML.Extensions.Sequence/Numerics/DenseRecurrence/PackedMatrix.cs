using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>
/// A matrix [Depth, Columns] in the order in which <see cref="PackedProduct{TLane}"/> reads it: panels of four lanes of columns, then of
/// two and of one where columns are left; a panel holds its rows one after the other.
/// </summary>
/// <param name="depth">K, rows.</param>
/// <param name="columns">N, a multiple of the lane's width.</param>
internal readonly unsafe struct PackedMatrix(int depth, int columns) : IDisposable
{
    /// <summary>Lanes of the widest panel.</summary>
    public const int MostLanes = 4;

    private readonly FloatBuffer _values = new(checked(depth * columns));

    public int Depth => depth;

    public int Columns => columns;

    /// <summary>The panel that begins with a column.</summary>
    public float* Panel(int column) => _values.Start + ((nint)column * depth);

    /// <summary>How many lanes the panel that begins with a column has.</summary>
    public int PanelLanes(int column, int width) => ((columns - column) / width) switch
    {
        >= MostLanes => MostLanes,
        >= 2 => 2,
        _ => 1,
    };

    /// <summary>Packs the matrix whose entry (k, n) stands at <c>source[k * rowStride + n * columnStride]</c>.</summary>
    public static PackedMatrix Of(float* source, int depth, int columns, nint rowStride, nint columnStride, int width)
    {
        PackedMatrix packed = new(depth, columns);
        for (var column = 0; column < columns;)
        {
            var panel = packed.Panel(column);
            var wide = packed.PanelLanes(column, width) * width;
            for (var k = 0; k < depth; k++)
            {
                var from = source + (k * rowStride) + (column * columnStride);
                for (var n = 0; n < wide; n++)
                {
                    *panel++ = from[n * columnStride];
                }
            }
            column += wide;
        }
        return packed;
    }

    public void Dispose() => _values.Dispose();
}
