using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Embedding, blocks around ParaRNN cells, pooling over time, a linear layer: rows to outputs <c>[B, K]</c>.</summary>
internal sealed class ParaRnnNetwork<TCell> : Network
    where TCell : struct, IParaRnnCell
{
    private readonly StepEmbedding embedding;
    private readonly ModuleList<ParaRnnBlock<TCell>> blocks;
    private readonly SequencePooler pooling;
    private readonly SeededDropout dropout;
    private readonly LinearLayer head;
    private readonly double _clip;

    public ParaRnnNetwork(ParaRnnOptions options, InputColumn input, int outputs, Generator generator)
        : base("ParaRnnNetwork")
    {
        _clip = options.RecurrentWeightClip;
        embedding = new StepEmbedding(input, options.HiddenSize, options.InputNoise, Randomness, generator);
        blocks = new ModuleList<ParaRnnBlock<TCell>>(
            Enumerable.Range(0, options.Layers).Select(_ => new ParaRnnBlock<TCell>(options, Randomness, generator)).ToArray());
        pooling = new SequencePooler(options.Pooling, options.HiddenSize, options.PoolingSegments, options.Bidirectional);
        dropout = new SeededDropout(options.Dropout, Randomness);
        head = new LinearLayer(pooling.Width, outputs, generator);
        RegisterComponents();
        Constrain();
    }

    public override void Prepare(ChannelStatistics statistics) => embedding.Standardize(statistics);

    public override void Constrain()
    {
        if (_clip > 0)
        {
            foreach (var block in blocks)
            {
                block.Clip(_clip);
            }
        }
    }

    public override Tensor forward(InputBatch batch)
    {
        var steps = embedding.call(batch);
        foreach (var block in blocks)
        {
            steps = block.call(steps, batch);
        }
        return head.call(dropout.call(pooling.call(steps, batch)));
    }
}
