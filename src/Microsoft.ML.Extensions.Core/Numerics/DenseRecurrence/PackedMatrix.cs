using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>
/// A matrix [Depth, Columns] in the order in which <see cref="PackedProduct{TLane}"/> reads it: panels of up to four lanes of columns, then of
/// two and of one where columns are left; a panel holds its rows one after the other, but for rows that are 0 in all of its columns. The numbers of the other
/// factor's rows may stand at given places: those of a convolution's windows, say, in an image.
/// </summary>
/// <remarks>
/// So a product takes the time of the blocks that are not 0, where blocks have the width of a panel. Narrow panels skip more and compute more slowly:
/// the width with the least work is taken.
/// </remarks>
internal readonly unsafe struct PackedMatrix : IDisposable
{
    /// <summary>Lanes of the widest panel.</summary>
    public const int MostLanes = 4;

    // Fewer zeros than this among the numbers that are looked at, and no rows are looked for.
    private const double LeastZeros = 0.25;
    private const int LookedAt = 256;

    // A prime, so that the places have no period in common with blocks.
    private const long Scattered = 1_000_003;

    private readonly FloatBuffer _values;
    private readonly float* _start;
    private readonly AlignedArray? _kept;
    private readonly int[]? _places;
    private readonly int[]? _counts;
    private readonly int _lanes;
    private readonly bool _isPlaced;

    private PackedMatrix(int depth, int columns, int lanes, bool skips, bool isPlaced, int width, AlignedArray? kept)
    {
        (Depth, Columns, _lanes, _isPlaced) = (depth, columns, lanes, isPlaced);
        _values = kept is null ? new FloatBuffer((long)depth * columns) : default;
        _kept = kept;
        _start = kept is null ? _values.Start : kept.Start;
        var panels = columns / width;
        (_places, _counts) = skips || isPlaced ? (GC.AllocateUninitializedArray<int>(checked(panels * depth), pinned: true), new int[panels]) : (null, null);
    }

    /// <summary>K, rows.</summary>
    public int Depth { get; }

    /// <summary>N, a multiple of the lane's width.</summary>
    public int Columns { get; }

    /// <summary>The work of a product relative to that of a matrix without zeros.</summary>
    public double Work { get; private init; }

    /// <summary>The panel that begins with a column.</summary>
    public float* Panel(int column) => _start + ((nint)column * Depth);

    /// <summary>How many lanes the panel that begins with a column has.</summary>
    public int PanelLanes(int column, int width) => ((Columns - column) / width) switch
    {
        >= MostLanes when _lanes == MostLanes => MostLanes,
        >= 2 when _lanes >= 2 => 2,
        _ => 1,
    };

    /// <summary>The rows of the panel that begins with a column.</summary>
    public int PanelDepth(int column, int width) => _counts is null ? Depth : _counts[column / width];

    /// <summary>Where the numbers that they are multiplied with stand; null where one after the other.</summary>
    public int* Places(int column, int width) => _counts is null || (!_isPlaced && _counts[column / width] == Depth) ? null
        : (int*)Unsafe.AsPointer(ref _places![column / width * Depth]);

    /// <summary>Packs the matrix whose entry (k, n) stands at <c>source[k * rowStride + n * columnStride]</c>.</summary>
    /// <param name="source">The entry (0, 0).</param>
    /// <param name="depth">K.</param>
    /// <param name="columns">N.</param>
    /// <param name="rowStride">Numbers from a row to the next.</param>
    /// <param name="columnStride">Numbers from a column to the next.</param>
    /// <param name="width">Of a lane.</param>
    /// <param name="isKept">Whether the garbage collector frees it, and not <see cref="Dispose"/>.</param>
    /// <param name="isDense">Whether its zeros are few, so that they are not looked for.</param>
    /// <param name="places">Where the numbers that its rows are multiplied with stand, <c>[K]</c>; null for one after the other.</param>
    public static PackedMatrix Of(
        float* source, int depth, int columns, nint rowStride, nint columnStride, int width, bool isKept = false, bool isDense = false,
        int[]? places = null)
    {
        var across = columns / width;
        var live = !isDense && MayBeSparse(source, depth, columns) ? PackedPlan.Live(source, depth, across, rowStride, columnStride, width) : null;
        var (lanes, work) = live is null ? (MostLanes, 1) : PackedPlan.Of(live, depth, across);
        PackedMatrix packed = new(
            depth, columns, lanes, skips: work < 1, isPlaced: places is not null, width, isKept ? new AlignedArray((nint)depth * columns) : null)
        {
            Work = work,
        };
        for (var column = 0; column < columns;)
        {
            var wide = packed.PanelLanes(column, width) * width;
            var from = source + (column * columnStride);
            if (work < 1)
            {
                packed.FillSome(column, wide, width, live!, from, rowStride, columnStride);
            }
            else
            {
                packed.FillAll(column, wide, from, rowStride, columnStride);
            }
            if (places is not null)
            {
                packed.Place(column / width, isFull: work >= 1, places);
            }
            column += wide;
        }
        return packed;
    }

    public void Dispose() => _values.Dispose();

    private static bool MayBeSparse(float* source, int depth, int columns)
    {
        var count = (long)depth * columns;
        var (looked, zeros) = ((int)Math.Min(LookedAt, count), 0);
        for (var i = 0L; i < looked; i++)
        {
            zeros += source[i * Scattered % count] == 0 ? 1 : 0;
        }
        return zeros >= LeastZeros * looked;
    }

    private void Place(int panel, bool isFull, int[] places)
    {
        var own = _places.AsSpan(panel * Depth, Depth);
        if (isFull)
        {
            places.CopyTo(own);
            _counts![panel] = Depth;
            return;
        }
        for (var k = 0; k < _counts![panel]; k++)
        {
            own[k] = places[own[k]];
        }
    }

    private void FillAll(int column, int wide, float* source, nint rowStride, nint columnStride)
    {
        var panel = Panel(column);
        for (var k = 0; k < Depth; k++)
        {
            var from = source + (k * rowStride);
            if (columnStride == 1)
            {
                new ReadOnlySpan<float>(from, wide).CopyTo(new Span<float>(panel, wide));
                panel += wide;
                continue;
            }
            for (var n = 0; n < wide; n++)
            {
                *panel++ = from[n * columnStride];
            }
        }
    }

    private void FillSome(int column, int wide, int width, bool[] live, float* source, nint rowStride, nint columnStride)
    {
        var places = _places.AsSpan(column / width * Depth, Depth);
        var count = 0;
        for (var k = 0; k < Depth; k++)
        {
            var any = false;
            for (var lane = column / width; lane < (column + wide) / width; lane++)
            {
                any |= live[(lane * Depth) + k];
            }
            places[count] = k;
            count += any ? 1 : 0;
        }
        _counts![column / width] = count;
        var panel = Panel(column);
        for (var n = 0; n < wide; n++)
        {
            var from = source + (n * columnStride);
            for (var k = 0; k < count; k++)
            {
                panel[((nint)k * wide) + n] = from[places[k] * rowStride];
            }
        }
    }
}
