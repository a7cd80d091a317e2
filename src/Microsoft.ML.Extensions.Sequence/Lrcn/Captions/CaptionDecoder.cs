using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Generates words from visual features: an LSTM over words, an LSTM over its output and the features, and a linear layer.
/// </summary>
internal sealed class CaptionDecoder : nn.Module
{
    private readonly Parameter words;
    private readonly LstmLayer language;
    private readonly LstmLayer description;
    private readonly SeededDropout dropout;
    private readonly LinearLayer output;

    public CaptionDecoder(LrcnCaptionOptions options, int vocabulary, RandomSource randomness, Generator generator)
        : base(nameof(CaptionDecoder))
    {
        words = Initial.Normal(1, generator, vocabulary, options.EmbeddingSize);
        language = new LstmLayer(options.EmbeddingSize, options.HiddenSize, generator);
        description = new LstmLayer(2 * options.HiddenSize, options.HiddenSize, generator);
        dropout = new SeededDropout(options.Dropout, randomness);
        output = new LinearLayer(options.HiddenSize, vocabulary, generator);
        RegisterComponents();
    }

    /// <summary>Logits of the word after each given word, <c>[B, W, V]</c> from features <c>[B, H]</c> and words <c>[B, W]</c>.</summary>
    public Tensor Logits(Tensor features, Tensor before)
    {
        var sentence = language.call(Embed(before));
        var seen = features.unsqueeze(1).expand(-1, before.shape[1], -1);
        return output.call(dropout.call(description.call(cat([sentence, seen], -1))));
    }

    /// <summary>The state before the first word of a number of sentences.</summary>
    public CaptionState Start(Tensor features) => new(
        features, language.Start(features.shape[0], features), description.Start(features.shape[0], features));

    /// <summary>
    /// Log-probabilities of the next word, <c>[N, V]</c>, after another word of each sentence, <c>[N]</c>; never of the unknown word.
    /// </summary>
    public (Tensor LogProbabilities, CaptionState State) Step(Tensor before, CaptionState state)
    {
        var sentence = language.Step(Embed(before), state.Language);
        var described = description.Step(cat([sentence.Output, state.Features], -1), state.Description);
        var unknown = tensor(new long[] { Vocabulary.Unknown }, device: before.device);
        var logits = output.call(described.Output).index_fill(-1, unknown, Numbers.NegativeInfinity);
        return (logits.log_softmax(-1), new CaptionState(state.Features, sentence, described));
    }

    private Tensor Embed(Tensor before) => words.index_select(0, before.flatten()).view([.. before.shape, -1]);
}
