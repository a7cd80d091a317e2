using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// Several steps of a row as one with the channels of all of them (the patches of Nie et al. 2023, arXiv 2211.14730, without overlap):
/// <c>[B, T, C]</c> to <c>[B, T / P, P * C]</c>, rounded up. The last step of a row fills up its last patch.
/// </summary>
/// <param name="length">P, at least 1.</param>
internal sealed class StepPatches(int length)
{
    /// <summary>P.</summary>
    public int Length => length;

    /// <summary>The patches of so many steps.</summary>
    public int Count(int steps) => (int)Count((long)steps);

    /// <inheritdoc cref="Count(int)"/>
    public long Count(long steps) => (steps + length - 1) / length;

    public InputBatch Of(InputBatch batch)
    {
        if (length == 1)
        {
            return batch;
        }
        var (rows, count, channels) = (batch.Rows, Count(batch.Steps), batch.Values.shape[2]);
        var last = tensor(batch.Lengths, ScalarType.Int64, batch.Values.device).view(-1, 1).Minus(Numbers.One);
        var steps = Numbers.Range(count * length, ScalarType.Int64, batch.Values.device).view(1, -1).minimum(last);
        var values = batch.Values.gather(1, steps.unsqueeze(-1).expand(-1, -1, channels));
        return new InputBatch(values.reshape(rows, count, length * channels), Array.ConvertAll(batch.Lengths, Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe RaggedRows Of(in RaggedRows rows, Scratch scratch)
    {
        if (length == 1)
        {
            return rows;
        }
        var starts = scratch.TakeIntegers(rows.Count + 1);
        starts[0] = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            starts[row + 1] = starts[row] + Count(rows.Length(row));
        }
        var (channels, size) = (rows.Channels, length * rows.Channels);
        var values = scratch.Take((nint)starts[rows.Count] * size);
        for (var row = 0; row < rows.Count; row++)
        {
            var source = rows.Values + ((nint)rows.Starts[row] * channels);
            var own = new ReadOnlySpan<float>(source, rows.Length(row) * channels);
            var target = new Span<float>(values + ((nint)starts[row] * size), (starts[row + 1] - starts[row]) * size);
            own.CopyTo(target);
            for (var filled = own.Length; filled < target.Length; filled += channels)
            {
                own[^channels..].CopyTo(target[filled..]);
            }
        }
        return new RaggedRows(values, starts, rows.Count, size);
    }

    /// <param name="graph">The graph.</param>
    /// <param name="steps"><c>[N, T, C]</c>.</param>
    /// <param name="channels">C.</param>
    public OnnxValue Of(OnnxGraph graph, OnnxValue steps, int channels)
    {
        if (length == 1)
        {
            return steps;
        }
        var (one, patch) = (graph.Constant([1L], 1), graph.Constant([(long)length], 1));
        var last = graph.Minus(graph.Length(steps, 1), one);
        var end = graph.Times(graph.Plus(graph.Over(last, patch), one), patch);
        var places = graph.Op("Min", [graph.Range(end), last]);
        return graph.Reshape(graph.Op("Gather", [steps, places], ("axis", 1L)), 0, -1, (long)length * channels);
    }
}
