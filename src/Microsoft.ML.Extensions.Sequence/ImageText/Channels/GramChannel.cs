using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A bag of terms and a hidden layer: the sum of their vectors, ReLU, and a linear layer, <c>[B, n]</c> to <c>[B, E]</c>.
/// </summary>
internal sealed class GramChannel : nn.Module<InputBatch, Tensor>
{
    private readonly TermVectors vectors;
    private readonly LinearLayer hidden;
    private readonly LinearLayer exit;
    private readonly SeededDropout dropout;

    public GramChannel(int terms, ImageTextOptions options, RandomSource randomness, Generator generator)
        : base(nameof(GramChannel))
    {
        vectors = new TermVectors(terms, options.HiddenSize, options.Text.WordDropout, randomness, generator);
        hidden = new LinearLayer(options.HiddenSize, options.HiddenSize, generator);
        exit = new LinearLayer(options.HiddenSize, options.EmbeddingSize, generator);
        dropout = new SeededDropout(options.Dropout, randomness);
        RegisterComponents();
    }

    public override Tensor forward(InputBatch sentences)
    {
        var bag = dropout.call(TermVectors.Sum(vectors.call(sentences.Values), sentences));
        return exit.call(dropout.call(nn.functional.relu(hidden.call(bag))));
    }
}
