using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Networks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><see cref="SequenceNetwork"/> as C# kernels.</summary>
internal sealed unsafe class ManagedSequenceNetwork : ManagedNetwork
{
    private readonly ManagedEmbedding _embedding;
    private readonly ManagedBlock[] _blocks;
    private readonly ManagedPooler _pooling;
    private readonly ManagedLinear _head;
    private readonly StepPatches _patches;
    private readonly int _width;
    private readonly string[] _blockNames;

    /// <param name="options">The options.</param>
    /// <param name="bidirectional">Whether the blocks are bidirectional.</param>
    /// <param name="input">The input column.</param>
    /// <param name="outputs">K.</param>
    /// <param name="block">Creates a block from its index and its weights.</param>
    /// <param name="parts">The weights.</param>
    public ManagedSequenceNetwork(
        SequenceTrainerOptions options, bool bidirectional, InputColumn input, int outputs, Func<int, ManagedParts, ManagedBlock> block,
        ManagedParts parts)
    {
        _width = options.HiddenSize;
        _patches = options.Patches(input);
        _embedding = new ManagedEmbedding(input, _width, _patches.Length, parts.At("embedding"));
        _blocks = [.. Enumerable.Range(0, options.Layers).Select(index =>
            block(index, parts.At(string.Create(CultureInfo.InvariantCulture, $"blocks.{index}"))))];
        _blockNames = StreamNames.Of("blocks", _blocks.Length);
        _pooling = new ManagedPooler(options, bidirectional, parts.At("pooling"));
        _head = parts.Linear("head", _pooling.Width, outputs);
        StepWork = (_embedding.StepWork + _blocks.Sum(own => own.StepWork)) / _patches.Length;
    }

    public override InputRange? Range => _embedding.Range;

    public override int Channels => _embedding.Channels;

    public override int Outputs => _head.Outputs;

    public override long StepWork { get; }

    public override void Run(in RaggedRows rows, float* outputs, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var patches = _patches.Of(rows, scratch);
        var size = (nint)patches.Steps * _width;
        var steps = scratch.Take(size);
        var next = scratch.Take(size);
        _embedding.Run(patches, steps, scratch);
        foreach (var block in _blocks)
        {
            block.Run(patches, steps, next, scratch);
            var before = steps;
            steps = next;
            next = before;
        }
        var pooled = scratch.Take((nint)patches.Count * _pooling.Width);
        _pooling.Run(patches, steps, pooled, scratch);
        _head.Run(patches.Count, pooled, outputs, scratch);
    }

    public override bool Streams => _patches.Length == 1 && _pooling.Streams && Array.TrueForAll(_blocks, block => block.Streams);

    public override void Advance(in RaggedRows rows, float* outputs, ManagedStreamState state, Scratch scratch)
    {
        using var mark = scratch.Begin();
        var size = (nint)rows.Steps * _width;
        var steps = scratch.Take(size);
        var next = scratch.Take(size);
        _embedding.Run(rows, steps, scratch);
        for (var i = 0; i < _blocks.Length; i++)
        {
            _blocks[i].Advance(rows, steps, next, state.At(_blockNames[i]), scratch);
            var before = steps;
            steps = next;
            next = before;
        }
        var pooled = scratch.Take(_pooling.Width);
        _pooling.Advance(rows.Steps, steps, pooled, state.At("pooling"));
        _head.Run(1, pooled, outputs, scratch);
    }
}
