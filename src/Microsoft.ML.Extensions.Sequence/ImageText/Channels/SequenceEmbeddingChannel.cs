using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Supervised sequence embedding, <c>[B, n]</c> to <c>[B, E]</c>.</summary>
/// <remarks>
/// <c>p_i = tanh(W [e_i-1; e_i; e_i+1] + b)</c>, <c>z = sum_i a(i / n) p_i / n</c>, then a hidden layer with ReLU and a linear layer
/// (Bespalov, Qi, Bai, Shokoufandeh 2012). <c>a</c> is piecewise linear between learned values at equal distances, which is a choice of
/// this implementation.
/// </remarks>
internal sealed class SequenceEmbeddingChannel : nn.Module<InputBatch, Tensor>
{
    private const int Window = 3;
    private const int Knots = 5;

    private readonly TermVectors vectors;
    private readonly StepConvolution windows;
    private readonly Parameter positions;
    private readonly LinearLayer hidden;
    private readonly LinearLayer exit;
    private readonly SeededDropout dropout;

    public SequenceEmbeddingChannel(int terms, ImageTextOptions options, RandomSource randomness, Generator generator)
        : base(nameof(SequenceEmbeddingChannel))
    {
        vectors = new TermVectors(terms, options.Text.WordSize, options.Text.WordDropout, randomness, generator);
        windows = new StepConvolution(options.Text.WordSize, options.HiddenSize, Window, causal: false, generator);
        positions = Initial.Ones(Knots);
        hidden = new LinearLayer(options.HiddenSize, options.HiddenSize, generator);
        exit = new LinearLayer(options.HiddenSize, options.EmbeddingSize, generator);
        dropout = new SeededDropout(options.Dropout, randomness);
        RegisterComponents();
    }

    public override Tensor forward(InputBatch sentences)
    {
        var phrases = windows.call(vectors.call(sentences.Values)).tanh() * (Weights(sentences) * sentences.Mask);
        var bag = dropout.call(phrases.sum(1) / sentences.Mask.sum(1));
        return exit.call(dropout.call(nn.functional.relu(hidden.call(bag))));
    }

    // a at the relative position of each word, [B, n, 1].
    private Tensor Weights(InputBatch sentences)
    {
        var lengths = sentences.Mask.sum(1);
        var places = Numbers.Range(sentences.Steps, ScalarType.Float32, lengths.device).Plus(Numbers.Half).unsqueeze(0) / lengths;
        var distances = places.Scaled(Knots - 1).unsqueeze(-1).Minus(Numbers.Range(Knots, ScalarType.Float32, lengths.device)).abs();
        return distances.neg().Plus(Numbers.One).clamp_min(Numbers.Zero).Times(positions).unsqueeze(-1);
    }
}
