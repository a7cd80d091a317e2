using System.Numerics;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>Chooses the width of the panels of a matrix with zeros.</summary>
internal static unsafe class PackedPlan
{
    // Time of a number of the matrix in panels of one and two lanes, relative to four: each number of the other factor is read more often.
    private const double TimeOfOne = 1.6;
    private const double TimeOfTwo = 1.2;

    /// <summary>The lanes of the widest panel, and the work relative to that of a matrix without zeros; 4 and 1 where skipping saves nothing.</summary>
    /// <param name="live">Of each lane, which rows are not 0 throughout, <c>[across, depth]</c>.</param>
    /// <param name="depth">The rows.</param>
    /// <param name="across">The lanes.</param>
    public static (int Lanes, double Work) Of(bool[] live, int depth, int across)
    {
        var best = (Lanes: PackedMatrix.MostLanes, Work: 1.0);
        foreach (var (lanes, time) in new[] { (PackedMatrix.MostLanes, 1.0), (2, TimeOfTwo), (1, TimeOfOne) })
        {
            var work = time * Numbers(live, depth, across, lanes) / ((double)depth * across);
            if (work < best.Work)
            {
                best = (lanes, work);
            }
        }
        return best;
    }

    /// <summary>Of each lane, which rows are not 0 throughout; strides as in <see cref="PackedMatrix.Of"/>.</summary>
    public static bool[] Live(float* source, int depth, int across, nint rowStride, nint columnStride, int width)
    {
        var live = new bool[checked(depth * across)];
        var bits = new int[depth];
        for (var lane = 0; lane < across; lane++)
        {
            Array.Clear(bits);
            for (var n = 0; n < width; n++)
            {
                Collect((int*)source + (((nint)lane * width + n) * columnStride), rowStride, bits);
            }
            for (var k = 0; k < depth; k++)
            {
                live[(lane * depth) + k] = bits[k] != 0;
            }
        }
        return live;
    }

    // The bits of numbers but for their signs: -0 is 0.
    private static void Collect(int* from, nint stride, Span<int> bits)
    {
        var k = 0;
        for (; stride == 1 && k <= bits.Length - Vector<int>.Count; k += Vector<int>.Count)
        {
            var target = bits.Slice(k, Vector<int>.Count);
            (new Vector<int>(target) | (Vector.Load(from + k) << 1)).CopyTo(target);
        }
        for (; k < bits.Length; k++)
        {
            bits[k] |= from[k * stride] << 1;
        }
    }

    // Rows times lanes that are computed in panels of so many lanes.
    private static long Numbers(bool[] live, int depth, int across, int lanes)
    {
        var numbers = 0L;
        for (var first = 0; first < across; first += lanes)
        {
            var wide = Math.Min(lanes, across - first);
            for (var k = 0; k < depth; k++)
            {
                var any = false;
                for (var lane = first; lane < first + wide; lane++)
                {
                    any |= live[(lane * depth) + k];
                }
                numbers += any ? wide : 0;
            }
        }
        return numbers;
    }
}
