using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The last state of a gated recurrent unit, and a linear layer, <c>[B, n]</c> to <c>[B, E]</c>.</summary>
internal sealed class GruChannel : nn.Module<InputBatch, Tensor>
{
    private readonly TermVectors vectors;
    private readonly RecurrentLayer recurrence;
    private readonly SequencePooler pooler;
    private readonly LinearLayer exit;
    private readonly SeededDropout dropout;

    public GruChannel(int terms, ImageTextOptions options, RandomSource randomness, Generator generator)
        : base(nameof(GruChannel))
    {
        vectors = new TermVectors(terms, options.Text.WordSize, options.Text.WordDropout, randomness, generator);
        recurrence = new RecurrentLayer(new(options.Text.WordSize, options.HiddenSize, RecurrentCell.Gru), generator);
        pooler = new SequencePooler(SequencePooling.Last, options.HiddenSize, segments: 1, bidirectional: false);
        exit = new LinearLayer(options.HiddenSize, options.EmbeddingSize, generator);
        dropout = new SeededDropout(options.Dropout, randomness);
        RegisterComponents();
    }

    public override Tensor forward(InputBatch sentences)
    {
        var states = recurrence.call(dropout.call(vectors.call(sentences.Values)), sentences.Lengths);
        return exit.call(dropout.call(pooler.call(states, sentences)));
    }
}
