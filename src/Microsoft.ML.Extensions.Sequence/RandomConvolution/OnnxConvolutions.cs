using Microsoft.ML.Extensions.Numerics.RandomConvolution;
using Microsoft.ML.Extensions.Onnx;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The features of random convolutions in ONNX, by the additions of <see cref="ConvolutionReference"/> in their order: an output that differs from its bias by
/// rounding alone counts or does not, so that its last bit matters.
/// </summary>
internal static class OnnxConvolutions
{
    /// <summary>The features of rows <c>[N, T, C]</c>, <c>[N, F]</c> in the order of <see cref="SeriesFeatures"/>.</summary>
    public static OnnxValue Features(OnnxGraph graph, OnnxValue rows, SeriesFeatures features)
    {
        var channels = features.Channels;
        var standard = graph.Over(
            graph.Minus(rows, graph.Constant(features.Means, channels)), graph.Constant(features.Scales, channels));
        var series = graph.Transpose(standard, 0, 2, 1);
        var found = Features(graph, series, features.Values, channels, features.Pooling);
        return features.Differences is { } second
            ? graph.Concat(1, found, Features(graph, Differences(graph, series), second, channels, features.Pooling)) : found;
    }

    // The difference of a single step is 0.
    private static OnnxValue Differences(OnnxGraph graph, OnnxValue series)
    {
        var differences = graph.Minus(graph.Slice(series, 2, 1, long.MaxValue), graph.Slice(series, 2, 0, -1));
        var first = graph.Slice(series, 2, 0, 1);
        var padded = graph.Concat(2, differences, graph.Minus(first, first));
        var one = graph.Constant([1L], 1);
        var steps = graph.Op("Max", [one, graph.Minus(graph.Length(series, 2), one)]);
        return graph.Op("Slice", [padded, graph.Constant([0L], 1), steps, graph.Constant([2L], 1)]);
    }

    private static OnnxValue Features(OnnxGraph graph, OnnxValue series, ConvolutionBank bank, int channels, ConvolutionPooling pooling)
    {
        var parts = new List<OnnxValue>();
        var bias = 0;
        for (var index = 0; index < bank.Dilations.Length; index++)
        {
            var (first, count) = (index * TapTriples.Count, bank.BiasCounts[index]);
            var numbers = TapTriples.Count * count;
            var margin = TapTriples.Taps / 2 * (long)bank.Dilations[index];
            var outputs = Outputs(graph, Signals(graph, series, bank, first, channels), bank.Dilations[index], margin, channels == 1 ? 1 : TapTriples.Count);
            float[] pads = [.. Enumerable.Range(first, TapTriples.Count).Select(convolution => ConvolutionBank.Pads(convolution) ? 1f : 0)];
            parts.Add(Pooled(graph, outputs, Valid(graph, graph.Length(series, 2), margin, graph.Constant(pads, TapTriples.Count, 1)),
                graph.Constant(bank.Biases[bias..(bias + numbers)], TapTriples.Count, count, 1),
                bank.Spreads[first..(first + TapTriples.Count)], count, pooling));
            bias += numbers;
        }
        return parts.Count == 1 ? parts[0] : graph.Concat(1, [.. parts]);
    }

    // The sums of the channels of each convolution, [N, 84, T]; of a single channel the series itself, [N, 1, T].
    private static OnnxValue Signals(OnnxGraph graph, OnnxValue series, ConvolutionBank bank, int first, int channels)
    {
        if (channels == 1)
        {
            return series;
        }
        var used = Enumerable.Range(first, TapTriples.Count).Select(convolution => bank.ChannelsOf(convolution).ToArray()).ToArray();
        var one = graph.Slice(series, 1, 0, 1);
        // The last channel is zero.
        var all = graph.Concat(1, series, graph.Minus(one, one));
        var parts = Enumerable.Range(0, used.Max(some => some.Length)).Select(place =>
            At(graph, all, used.Select(some => (long)(place < some.Length ? some[place] : channels))));
        return parts.Aggregate(graph.Plus);
    }

    // -sum + 3 (a + b + c) of nine taps, [N, 84, T].
    private static OnnxValue Outputs(OnnxGraph graph, OnnxValue signals, int dilation, long margin, int count)
    {
        var steps = graph.Length(signals, 2);
        var padded = graph.Op("Pad", [signals, graph.Constant([0, 0, margin, 0, 0, margin], 6), graph.Constant([0f])]);
        var axis = graph.Constant([2L], 1);
        var taps = Enumerable.Range(0, TapTriples.Taps).Select(tap =>
        {
            var start = graph.Constant([(long)tap * dilation], 1);
            return graph.Op("Slice", [padded, start, graph.Plus(start, steps), axis]);
        }).ToArray();
        var stacked = graph.Concat(1, taps);
        OnnxValue Chosen(Func<(int First, int Second, int Third), int> choose) =>
            At(graph, stacked, TapTriples.All.Select((triple, kernel) => ((long)choose(triple) * count) + (count == 1 ? 0 : kernel)));
        var three = graph.Plus(graph.Plus(Chosen(triple => triple.First), Chosen(triple => triple.Second)), Chosen(triple => triple.Third));
        return graph.Plus(graph.Op("Neg", [taps.Aggregate(graph.Plus)]), graph.Scaled(three, 3));
    }

    private static OnnxValue At(OnnxGraph graph, OnnxValue values, IEnumerable<long> places) =>
        graph.Op("Gather", [values, graph.Constant([.. places], TapTriples.Count)], ("axis", 1L));

    private static OnnxValue Pooled(
        OnnxGraph graph, OnnxValue outputs, (OnnxValue Valid, OnnxValue Start, OnnxValue Indices) steps, OnnxValue biases, float[] spreads, int count,
        ConvolutionPooling pooling)
    {
        var (valid, start, indices) = steps;
        var length = graph.Sum(valid, keep: true, 1);
        // [N, 84, B, T].
        var each = graph.Unsqueeze(outputs, 2);
        var above = graph.Times(graph.Cast(graph.Op("Greater", [each, biases]), OnnxType.Single), graph.Unsqueeze(valid, 1));
        var times = graph.Sum(above, keep: false, 3);
        List<OnnxValue> numbers = [graph.Over(times, length)];
        var once = graph.Op("Max", [times, graph.Number(1)]);
        if (pooling != ConvolutionPooling.Share)
        {
            var mean = graph.Over(graph.Sum(graph.Times(above, graph.Minus(each, biases)), keep: false, 3), once);
            var excess = graph.Over(mean, graph.Plus(mean, graph.Constant(spreads, TapTriples.Count, 1)));
            numbers.Add(graph.Op("Where", [graph.Op("Greater", [mean, graph.Number(0)]), excess, graph.Number(0)]));
        }
        if (pooling == ConvolutionPooling.Four)
        {
            var places = graph.Plus(graph.Minus(indices, start), graph.Number(0.5));
            var sum = graph.Sum(graph.Times(above, graph.Unsqueeze(places, 1)), keep: false, 3);
            numbers.Add(graph.Over(graph.Over(sum, once), length));
            numbers.Add(graph.Over(Longest(graph, above, count), length));
        }
        return graph.Reshape(graph.Concat(3, [.. numbers.Select(number => graph.Unsqueeze(number, 3))]), 0, -1);
    }

    // Which outputs count, [84, T]; the step of the first, [84, 1]; and the indices of steps, [T].
    private static (OnnxValue Valid, OnnxValue Start, OnnxValue Indices) Valid(OnnxGraph graph, OnnxValue steps, long margin, OnnxValue pads)
    {
        var indices = graph.Cast(graph.Range(steps), OnnxType.Single);
        var all = graph.Cast(steps, OnnxType.Single);
        var isLong = graph.Cast(graph.Op("Greater", [all, graph.Number(2.0 * margin)]), OnnxType.Single);
        var start = graph.Times(graph.Minus(graph.Number(1), pads), graph.Scaled(isLong, margin));
        var isBefore = graph.Cast(graph.Op("Less", [indices, start]), OnnxType.Single);
        var isWithin = graph.Cast(graph.Op("Less", [indices, graph.Minus(all, start)]), OnnxType.Single);
        return (graph.Times(graph.Minus(graph.Number(1), isBefore), isWithin), start, indices);
    }

    private static OnnxValue Longest(OnnxGraph graph, OnnxValue above, int count)
    {
        var none = new OnnxState(0, TapTriples.Count, count);
        return graph.Scan([none, none], [graph.Transpose(above, 0, 3, 1, 2)], reverse: false, (step, state, isAbove) =>
        {
            var run = step.Times(step.Plus(state[0], step.Number(1)), isAbove[0]);
            return ([run, step.Op("Max", [state[1], run])], []);
        }).Last[1];
    }
}
