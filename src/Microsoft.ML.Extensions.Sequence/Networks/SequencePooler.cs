using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>Pools the valid steps of each row into one vector: <c>[B, T, D]</c> to <c>[B, Width]</c>.</summary>
internal sealed class SequencePooler : nn.Module<Tensor, InputBatch, Tensor>, IOnnxForm
{
    private readonly SequencePooling _pooling;
    private readonly int _segments;
    private readonly long _channels;
    private readonly bool _bidirectional;
    private readonly Parameter? query;
    private readonly Scalar _segmentCount;
    private readonly Scalar _segmentShare;
    private readonly Scalar _rootChannels;

    /// <param name="pooling">The kind of pooling.</param>
    /// <param name="channels">D.</param>
    /// <param name="segments">The number of segments of <see cref="SequencePooling.Segments"/>.</param>
    /// <param name="bidirectional">
    /// Whether scans also end at the first step, which <see cref="SequencePooling.Last"/> then includes.
    /// </param>
    public SequencePooler(SequencePooling pooling, long channels, int segments, bool bidirectional)
        : base(nameof(SequencePooler))
    {
        (_pooling, _channels, _segments, _bidirectional) = (pooling, channels, segments, bidirectional);
        _segmentCount = segments;
        _segmentShare = 1.0 / segments;
        _rootChannels = Math.Sqrt(channels);
        Width = channels * pooling switch
        {
            SequencePooling.Segments => segments,
            SequencePooling.MeanMax => 2,
            SequencePooling.Last when bidirectional => 2,
            _ => 1,
        };
        query = pooling == SequencePooling.Attention ? Initial.Zeros(channels) : null;
        RegisterComponents();
    }

    /// <summary>The length of the pooled vector.</summary>
    public long Width { get; }

    public override Tensor forward(Tensor steps, InputBatch batch) => _pooling switch
    {
        SequencePooling.Last => Last(steps, batch),
        SequencePooling.Mean => Mean(steps, batch),
        SequencePooling.Max => Max(steps, batch),
        SequencePooling.Attention => Attend(steps, batch),
        SequencePooling.MeanMax => cat([Mean(steps, batch), Max(steps, batch)], -1),
        _ => SegmentWeights(batch).Times(steps).flatten(1),
    };

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input) => _pooling switch
    {
        SequencePooling.Last => Last(graph, input),
        SequencePooling.Mean => Mean(graph, input),
        SequencePooling.Max => Max(graph, input),
        SequencePooling.Attention => Attend(graph, input),
        SequencePooling.MeanMax => graph.Concat(1, Mean(graph, input), Max(graph, input)),
        _ => graph.Reshape(graph.MatMul(SegmentWeights(graph, graph.Length(input, 1)), input), 0, -1),
    };

    /// <inheritdoc cref="IStreamable.StreamingObstacle"/>
    public string? StreamingObstacle => _pooling == SequencePooling.Segments
        ? $"Pooling is {_pooling}, whose segments move as the row grows; set it to {nameof(SequencePooling.Mean)}, {nameof(SequencePooling.Last)}, "
            + $"{nameof(SequencePooling.Max)}, {nameof(SequencePooling.MeanMax)} or {nameof(SequencePooling.Attention)}"
        : null;

    /// <summary>The vector of all steps so far, <c>[B, Width]</c>, after further ones, <c>[B, t, D]</c>.</summary>
    public Tensor Advance(Tensor steps, StreamState state) => _pooling switch
    {
        SequencePooling.Last => steps.select(1, steps.shape[1] - 1),
        SequencePooling.Mean => MeanSoFar(steps, state),
        SequencePooling.Max => MaxSoFar(steps, state),
        SequencePooling.Attention => AttendSoFar(steps, state),
        _ => cat([MeanSoFar(steps, state), MaxSoFar(steps, state)], -1),
    };

    // In double precision, since each of a million steps of a stream adds only a millionth.
    private static Tensor MeanSoFar(Tensor steps, StreamState state)
    {
        var total = steps.to_type(ScalarType.Float64).sum(1);
        total = state.Get("sum", () => zeros_like(total)).Plus(total);
        state.Set("sum", total);
        using Scalar count = (double)(state.Position + steps.shape[1]);
        return (total / count).to_type(steps.dtype);
    }

    private static Tensor MaxSoFar(Tensor steps, StreamState state)
    {
        var most = steps.amax([1]);
        most = state.Get("max", () => most.clone()).maximum(most);
        state.Set("max", most);
        return most.alias();
    }

    // A running softmax over all steps: its largest score, the sum of weights and the weighted sum, in double precision like the mean.
    private Tensor AttendSoFar(Tensor steps, StreamState state)
    {
        var values = steps.to_type(ScalarType.Float64);
        var scores = Scores(steps).to_type(ScalarType.Float64);
        var most = scores.amax([1], keepdim: true);
        var before = state.Get("most", () => most.clone());
        most = before.maximum(most);
        var (kept, weights) = (before.Minus(most).exp(), scores.Minus(most).exp());
        var weight = (state.Get("weight", () => zeros_like(most)) * kept).Plus(weights.sum([1], keepdim: true));
        var total = (state.Get("sum", () => zeros_like(values.narrow(1, 0, 1))) * kept).Plus((values * weights).sum([1], keepdim: true));
        state.Set("most", most);
        state.Set("weight", weight);
        state.Set("sum", total);
        return (total / weight).squeeze(1).to_type(steps.dtype);
    }

    private static Tensor Mean(Tensor steps, InputBatch batch) => (steps * batch.Mask).sum(1) / batch.Mask.sum(1);

    private static Tensor Max(Tensor steps, InputBatch batch) =>
        steps.masked_fill(batch.Mask.eq(Numbers.Zero), Numbers.NegativeInfinity).amax([1]);

    private Tensor Attend(Tensor steps, InputBatch batch)
    {
        var weights = Scores(steps).masked_fill(batch.Mask.eq(Numbers.Zero), Numbers.NegativeInfinity).softmax(1);
        return (steps * weights).sum(1);
    }

    private Tensor Scores(Tensor steps) => steps.Times(query!).unsqueeze(-1) / _rootChannels;

    private Tensor Last(Tensor steps, InputBatch batch)
    {
        var index = LengthsOf(batch).view(-1, 1, 1).Minus(Numbers.One);
        var last = steps.gather(1, index.expand(-1, 1, steps.shape[2])).squeeze(1);
        return _bidirectional ? cat([last, steps.select(1, 0)], -1) : last;
    }

    // [B, S, T]: triangles over relative time, one per segment, wide enough that each contains a step even in short rows.
    private Tensor SegmentWeights(InputBatch batch)
    {
        var device = batch.Values.device;
        var lengths = LengthsOf(batch).to_type(ScalarType.Float32).view(-1, 1, 1);
        var steps = Numbers.Range(batch.Steps, ScalarType.Float32, device).view(1, 1, -1).Plus(Numbers.Half) / lengths;
        var centres = Numbers.Range(_segments, ScalarType.Float32, device).view(1, -1, 1).Plus(Numbers.Half) / _segmentCount;
        var reach = lengths.reciprocal().clamp_min(_segmentShare);
        var weights = (steps.Minus(centres).abs() / reach).neg().Plus(Numbers.One).clamp_min(Numbers.Zero) * batch.Mask.transpose(1, 2);
        return weights / weights.sum([-1], keepdim: true);
    }

    private OnnxValue Last(OnnxGraph graph, OnnxValue steps)
    {
        var last = graph.Squeeze(graph.Slice(steps, 1, -1, long.MaxValue), 1);
        return _bidirectional ? graph.Concat(1, last, graph.Squeeze(graph.Slice(steps, 1, 0, 1), 1)) : last;
    }

    private OnnxValue Mean(OnnxGraph graph, OnnxValue steps)
    {
        if (graph.Stream is not { } stream)
        {
            return graph.Mean(steps, keep: false, 1);
        }
        var total = graph.Plus(
            stream.Read(new OnnxState(0, _channels), OnnxType.Double), graph.Sum(graph.Cast(steps, OnnxType.Double), keep: false, 1));
        stream.Write(total);
        return graph.Cast(graph.Over(total, stream.After), OnnxType.Single);
    }

    private OnnxValue Max(OnnxGraph graph, OnnxValue steps)
    {
        var most = graph.Max(steps, keep: false, 1);
        if (graph.Stream is { } stream)
        {
            most = graph.Op("Max", [stream.Read(new OnnxState(float.NegativeInfinity, _channels), OnnxType.Single), most]);
            stream.Write(most);
        }
        return most;
    }

    // The scores are [N, T, 1]. Version 12's softmax is over all axes from the given one.
    private OnnxValue Attend(OnnxGraph graph, OnnxValue steps)
    {
        var scores = graph.MatMul(steps, graph.Scaled(graph.Constant(query!.unsqueeze(-1)), 1 / Math.Sqrt(query.shape[0])));
        return graph.Stream is { } stream ? AttendSoFar(graph, stream, steps, graph.Cast(scores, OnnxType.Double))
            : graph.Sum(graph.Times(steps, graph.Softmax(scores, 1)), keep: false, 1);
    }

    // As the running softmax of Advance.
    private OnnxValue AttendSoFar(OnnxGraph graph, OnnxStream stream, OnnxValue steps, OnnxValue scores)
    {
        OnnxValue Before(float initial, long size) => stream.Read(new OnnxState(initial, 1, size), OnnxType.Double);
        var (mostBefore, weightBefore, sumBefore) = (Before(float.NegativeInfinity, 1), Before(0, 1), Before(0, _channels));
        var most = graph.Op("Max", [mostBefore, graph.Max(scores, keep: true, 1)]);
        var kept = graph.Op("Exp", [graph.Minus(mostBefore, most)]);
        var weights = graph.Op("Exp", [graph.Minus(scores, most)]);
        var weight = graph.Plus(graph.Times(weightBefore, kept), graph.Sum(weights, keep: true, 1));
        var weighted = graph.Times(graph.Cast(steps, OnnxType.Double), weights);
        var sum = graph.Plus(graph.Times(sumBefore, kept), graph.Sum(weighted, keep: true, 1));
        Array.ForEach([most, weight, sum], stream.Write);
        return graph.Cast(graph.Squeeze(graph.Over(sum, weight), 1), OnnxType.Single);
    }

    // [S, T], of T steps [1].
    private OnnxValue SegmentWeights(OnnxGraph graph, OnnxValue steps)
    {
        var length = graph.Cast(steps, OnnxType.Single);
        var places = graph.Over(graph.Plus(graph.Cast(graph.Range(steps), OnnxType.Single), graph.Number(0.5)), length);
        var centres = graph.Constant([.. Enumerable.Range(0, _segments).Select(segment => (segment + 0.5f) / _segments)], _segments, 1);
        var reach = graph.Op("Max", [graph.Over(graph.Number(1), length), graph.Number(1.0 / _segments)]);
        var weights = graph.Relu(graph.Minus(graph.Number(1), graph.Over(graph.Op("Abs", [graph.Minus(places, centres)]), reach)));
        return graph.Over(weights, graph.Sum(weights, keep: true, 1));
    }

    private static Tensor LengthsOf(InputBatch batch) => tensor(batch.Lengths, ScalarType.Int64, batch.Values.device);
}
