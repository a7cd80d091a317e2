using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The network of every sequence trainer: embedding, residual blocks, pooling over time, a linear layer; rows to outputs <c>[B, K]</c>.
/// </summary>
internal sealed class SequenceNetwork : Network, IBounded, ILayered, IMatrixWork, IOnnxForm, IRandomized, IRowMemory, IStandardized, IStreamable
{
    private readonly StepEmbedding embedding;
    private readonly ModuleList<SequenceBlock> blocks;
    private readonly SequencePooler pooling;
    private readonly SeededDropout dropout;
    private readonly LinearLayer head;
    private readonly string[] _blockNames;
    private readonly StepPatches _patches;
    private readonly int _channels;
    private readonly long _stepBytes;

    /// <param name="options">The options.</param>
    /// <param name="bidirectional">Whether the blocks are bidirectional.</param>
    /// <param name="input">The input column.</param>
    /// <param name="outputs">K.</param>
    /// <param name="generator">The source of the first weights.</param>
    /// <param name="block">Creates a block from its index and the source of its dropout.</param>
    public SequenceNetwork(
        SequenceTrainerOptions options, bool bidirectional, InputColumn input, int outputs, Generator generator,
        Func<int, RandomSource, SequenceBlock> block)
        : base(nameof(SequenceNetwork))
    {
        _patches = options.Patches(input);
        _channels = input.Channels;
        embedding = new StepEmbedding(input, options.HiddenSize, options.InputNoise, Randomness, generator, _patches.Length);
        blocks = new ModuleList<SequenceBlock>(Enumerable.Range(0, options.Layers).Select(index => block(index, Randomness)).ToArray());
        _blockNames = StreamNames.Of(nameof(blocks), blocks.Count);
        pooling = new SequencePooler(options.Pooling ?? SequencePooling.MeanMax, options.HiddenSize, options.PoolingSegments, bidirectional);
        dropout = new SeededDropout(options.Dropout, Randomness);
        head = new LinearLayer(pooling.Width, outputs, generator);
        RegisterComponents();
        _stepBytes = sizeof(float) * (((long)_patches.Length * input.Channels) + (4 * options.HiddenSize) + blocks.Sum(block => block.StepNumbers));
        IConstrained.Constrain(this);
    }

    public RandomSource Randomness { get; } = new();

    public IReadOnlyList<string> Layers => [nameof(embedding), .. _blockNames, nameof(pooling)];

    public string? StreamingObstacle =>
        _patches.Length > 1 ? $"PatchLength is {_patches.Length}, and a patch needs all of its steps; set it to 1"
        : pooling.StreamingObstacle ?? blocks.Select(block => block.StreamingObstacle).FirstOrDefault(obstacle => obstacle is not null);

    public InputRange? Range => embedding.Range;

    public long RowBytes(long steps) => _patches.Count(steps) * _stepBytes;

    public long Products(long steps) =>
        ((IMatrixWork.WeightsOf(embedding) + IMatrixWork.WeightsOf(blocks)) * _patches.Count(steps)) + IMatrixWork.WeightsOf(head);

    public void Standardize(ChannelStatistics statistics) => embedding.Standardize(statistics);

    public override Tensor forward(InputBatch batch)
    {
        batch = _patches.Of(batch);
        var steps = embedding.call(batch);
        LayerTrace.Add(nameof(embedding), steps, batch);
        for (var i = 0; i < blocks.Count; i++)
        {
            steps = blocks[i].call(steps, batch);
            LayerTrace.Add(_blockNames[i], steps, batch);
        }
        var pooled = pooling.call(steps, batch);
        LayerTrace.Add(nameof(pooling), pooled);
        return head.call(dropout.call(pooled));
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input) => head.ToOnnx(graph, pooling.ToOnnx(
        graph, blocks.Aggregate(embedding.ToOnnx(graph, _patches.Of(graph, input, _channels)), (steps, block) => block.ToOnnx(graph, steps))));

    public Tensor Advance(InputBatch batch, StreamState state)
    {
        var steps = embedding.call(batch);
        for (var i = 0; i < blocks.Count; i++)
        {
            steps = blocks[i].Advance(steps, state.At(_blockNames[i]));
        }
        return head.call(pooling.Advance(steps, state.At(nameof(pooling))));
    }
}
