using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Features of each frame, LSTM layers over them, a linear layer at every step; rows of frames to outputs <c>[B, K]</c>.</summary>
internal sealed class LrcnNetwork : Network, IBounded, ILayered, IOnnxForm, IOwnLoss, IRandomized, IRowMemory, IStandardized
{
    private readonly FrameEncoder encoder;
    private readonly ModuleList<LstmLayer> recurrence;
    private readonly SeededDropout dropout;
    private readonly LinearLayer output;
    private readonly LrcnOptions _options;
    private readonly TaskHead _head;
    private readonly string[] _layerNames;
    private readonly long _stepBytes;
    private readonly int _outputs;

    /// <param name="options">The options.</param>
    /// <param name="input">The input column.</param>
    /// <param name="outputs">K.</param>
    /// <param name="head">Averages predictions.</param>
    /// <param name="generator">The source of the initial weights.</param>
    public LrcnNetwork(LrcnOptions options, InputColumn input, int outputs, TaskHead head, Generator generator)
        : base(nameof(LrcnNetwork))
    {
        (_options, _head, _outputs) = (options, head, outputs);
        var frame = FrameOf(input);
        encoder = new FrameEncoder(options.Encoder, frame, Randomness, generator);
        recurrence = new ModuleList<LstmLayer>(Enumerable.Range(0, options.SingleFrame ? 0 : options.Layers)
            .Select(_ => new LstmLayer(options.HiddenSize, options.HiddenSize, generator)).ToArray());
        _layerNames = StreamNames.Of(nameof(recurrence), recurrence.Count);
        dropout = new SeededDropout(options.Dropout, Randomness);
        output = new LinearLayer(options.HiddenSize, outputs, generator);
        RegisterComponents();
        _stepBytes = sizeof(float) * (frame.Values + (2 * (Widths(encoder, (long)frame.Height * frame.Width) + Widths(recurrence))));
    }

    /// <summary>The shape of a step: features are an image of one pixel.</summary>
    public static FrameShape FrameOf(InputColumn input) => input.Frame ?? new FrameShape(input.Channels, 1, 1);

    public RandomSource Randomness { get; } = new();

    public IReadOnlyList<string> Layers => [nameof(encoder), .. _layerNames];

    public InputRange? Range => encoder.Range;

    public long RowBytes(long steps) => steps * _stepBytes;

    public void Standardize(ChannelStatistics statistics) => encoder.Standardize(statistics);

    public override Tensor forward(InputBatch batch)
    {
        var clips = _options.SingleFrame
            ? FrameClips.Whole(batch.Lengths)
            : FrameClips.Covering(batch.Lengths, _options.ClipLength, _options.ClipStride);
        var means = _head.ToMeans(Steps(batch, clips));
        means = (means * Weights(clips, means).unsqueeze(-1)).sum(1);
        var rows = zeros([batch.Rows, means.shape[1]], means.dtype, means.device);
        return _head.FromMeans(rows.index_add(0, tensor(clips.Rows, device: means.device), means, Numbers.One));
    }

    // Rows of one length have clips of one length, so that all steps of a mean weigh the same.
    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        var count = graph.Length(input, 1);
        OnnxValue FromCount(OnnxValue values, params long[] sizes) => graph.Op(
            "Reshape", [values, graph.Concat(0, graph.Constant([-1L], 1), count, graph.Constant(sizes, sizes.Length))]);
        var steps = FromCount(encoder.ToOnnx(graph, input), _options.HiddenSize);
        var (length, rows) = (count, steps);
        if (!_options.SingleFrame)
        {
            length = graph.Op("Min", [count, graph.Constant([(long)_options.ClipLength], 1)]);
            rows = graph.Op("Gather", [steps, Places(graph, graph.Minus(count, length), length)], ("axis", 1L));
            rows = graph.Op("Reshape", [rows, graph.Concat(0, graph.Constant([-1L], 1), length, graph.Constant([(long)_options.HiddenSize], 1))]);
            rows = recurrence.Aggregate(rows, (before, layer) => layer.ToOnnx(graph, before));
        }
        rows = _options.Fusion == FrameFusion.Last ? graph.Slice(rows, 1, -1, long.MaxValue) : rows;
        var outputs = graph.Reshape(output.ToOnnx(graph, rows), -1, _outputs);
        var means = _head.ToMeans(graph, graph.Cast(outputs, OnnxType.Double));
        // [N, all steps of all clips, M]
        var all = graph.Concat(0, graph.Length(input, 0), graph.Constant([-1L], 1), graph.Length(means, 1));
        return graph.Cast(_head.FromMeans(graph, graph.Mean(graph.Op("Reshape", [means, all]), keep: false, 1)), OnnxType.Single);
    }

    // The steps of the clips of a row, [M, n]: every stride, the last clip moved back so that it ends with the row.
    private OnnxValue Places(OnnxGraph graph, OnnxValue last, OnnxValue length)
    {
        var (one, stride) = (graph.Constant([1L], 1), graph.Constant([(long)_options.ClipStride], 1));
        var clips = graph.Plus(graph.Over(graph.Plus(last, graph.Minus(stride, one)), stride), one);
        var starts = graph.Op("Min", [graph.Times(graph.Range(clips), stride), last]);
        return graph.Plus(graph.Unsqueeze(starts, 1), graph.Range(length));
    }

    // In training the loss is on every step.
    public Tensor Losses(InputBatch batch, Tensor labels, OutputLoss loss)
    {
        if (!training)
        {
            return loss(call(batch), labels);
        }
        var places = TorchMemory.Uniform([batch.Rows], Randomness.Generator, device: batch.Values.device).cpu();
        var clips = FrameClips.Drawn(batch.Lengths, _options.ClipLength, places.AsSpan());
        var steps = Steps(batch, clips);
        var stepLabels = labels.unsqueeze(1).expand(-1, clips.Length).reshape(-1);
        var losses = loss(steps.flatten(0, 1), stepLabels).view(clips.Count, clips.Length);
        return (losses * Weights(clips, losses)).sum(1);
    }

    /// <summary>The outputs at the steps of clips, <c>[M, n, K]</c>.</summary>
    public Tensor Steps(InputBatch batch, FrameClips clips)
    {
        var steps = encoder.Steps(batch, clips);
        LayerTrace.Add(nameof(encoder), () => Means(steps, clips, batch.Rows));
        for (var i = 0; i < recurrence.Count; i++)
        {
            steps = recurrence[i].call(steps);
            var states = steps;
            LayerTrace.Add(_layerNames[i], () => Means(states, clips, batch.Rows));
        }
        return output.call(dropout.call(steps));
    }

    // The mean of each row over the steps of its clips, [B, D].
    private static Tensor Means(Tensor steps, FrameClips clips, int rows)
    {
        var weights = tensor(clips.Weights(FrameFusion.Mean), device: steps.device).view(clips.Count, clips.Length, 1);
        var means = (steps * weights).sum(1);
        return zeros([rows, means.shape[1]], means.dtype, means.device)
            .index_add(0, tensor(clips.Rows, device: means.device), means, Numbers.One);
    }

    private Tensor Weights(FrameClips clips, Tensor like) =>
        tensor(clips.Weights(_options.Fusion), device: like.device).view(clips.Count, clips.Length).to_type(like.dtype);
}
