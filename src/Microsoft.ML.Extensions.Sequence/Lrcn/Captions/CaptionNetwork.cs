using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Features of each frame, an LSTM over frames and its mean, and a decoder; rows of frames to sentences in the form of
/// <see cref="SentenceHead"/>: the logarithm of the probability, then the numbers of the words.
/// </summary>
internal sealed class CaptionNetwork : Network, IBounded, ILayered, IOwnLoss, IRandomized, IRowMemory, IStandardized
{
    private readonly FrameEncoder encoder;
    private readonly LstmLayer recurrence;
    private readonly CaptionDecoder decoder;
    private readonly int _outputs;
    private readonly Vocabulary _words;
    private readonly BeamSearch _search;
    private readonly long _stepBytes;

    /// <param name="options">The options.</param>
    /// <param name="input">The input column.</param>
    /// <param name="outputs">The outputs per row: a score, then the most words of a sentence.</param>
    /// <param name="words">The vocabulary.</param>
    /// <param name="generator">The source of the initial weights.</param>
    public CaptionNetwork(LrcnCaptionOptions options, InputColumn input, int outputs, Vocabulary words, Generator generator)
        : base(nameof(CaptionNetwork))
    {
        if (outputs - 1 != options.MaxWords)
        {
            throw new FormatException($"The sentences have {outputs - 1} words, and MaxWords is {options.MaxWords}.");
        }
        (_outputs, _words, Input) = (outputs, words, input);
        _search = new BeamSearch(options.BeamSize, options.MaxWords, options.LengthNormalization);
        var frame = input.Frame ?? new FrameShape(input.Channels, 1, 1);
        encoder = new FrameEncoder(options.Encoder, frame, Randomness, generator);
        recurrence = new LstmLayer(options.HiddenSize, options.HiddenSize, generator);
        decoder = new CaptionDecoder(options, words.Size, Randomness, generator);
        RegisterComponents();
        _stepBytes = sizeof(float) * (frame.Values + (2 * (Widths(encoder, (long)frame.Height * frame.Width) + Widths(recurrence))));
    }

    public RandomSource Randomness { get; } = new();

    /// <summary>The column that it reads.</summary>
    public InputColumn Input { get; }

    public IReadOnlyList<string> Layers => [nameof(encoder), nameof(recurrence)];

    public InputRange? Range => encoder.Range;

    public long RowBytes(long steps) => steps * _stepBytes;

    public void Standardize(ChannelStatistics statistics) => encoder.Standardize(statistics);

    public override Tensor forward(InputBatch batch)
    {
        var features = Features(batch);
        var sentences = _search.Best(() => new CaptionScorer(decoder, features), batch.Rows);
        var outputs = new float[sentences.Length, _outputs];
        for (var row = 0; row < sentences.Length; row++)
        {
            outputs[row, 0] = (float)sentences[row].LogProbability;
            for (var word = 0; word < sentences[row].Words.Length; word++)
            {
                outputs[row, word + 1] = sentences[row].Words[word];
            }
        }
        return tensor(outputs, device: features.device);
    }

    /// <summary>The mean loss of a sentence's words, each predicted from the true previous ones (teacher forcing).</summary>
    public Tensor Losses(InputBatch batch, Tensor labels, OutputLoss loss)
    {
        var (before, words, weights) = Teach(labels);
        var logits = decoder.Logits(Features(batch), before);
        var losses = loss(logits.flatten(0, 1), words.flatten()).view(words.shape);
        return (losses * weights).sum(1);
    }

    /// <summary>The logarithms of the probabilities of sentences, <c>[S]</c>, for the features of one row, <c>[1, H]</c>.</summary>
    public Tensor LogProbabilities(Tensor features, IReadOnlyList<string> sentences)
    {
        var labels = SentenceHead.Padded([.. sentences.Select(sentence => _words.Encode(sentence, _outputs - 1))], features.device);
        var (before, words, _) = Teach(labels);
        var logits = decoder.Logits(features.expand(sentences.Count, -1), before).log_softmax(-1);
        return (logits.gather(-1, words.unsqueeze(-1)).squeeze(-1) * labels.ge(Numbers.Zero).to_type(logits.dtype)).sum(1);
    }

    /// <summary>The visual features, <c>[B, H]</c>.</summary>
    public Tensor Features(InputBatch batch)
    {
        var clips = FrameClips.Whole(batch.Lengths);
        var weights = tensor(clips.Weights(FrameFusion.Mean), device: batch.Values.device).view(clips.Count, clips.Length, 1);
        var frames = encoder.Steps(batch, clips);
        LayerTrace.Add(nameof(encoder), () => (frames * weights).sum(1));
        var features = (recurrence.call(frames) * weights).sum(1);
        LayerTrace.Add(nameof(recurrence), features);
        return features;
    }

    // Input words, target words, and the weight of each: [B, W], with sum 1 for each row.
    private static (Tensor Before, Tensor Words, Tensor Weights) Teach(Tensor sentences)
    {
        var there = sentences.ge(Numbers.Zero);
        var words = sentences * there;
        var weights = there.to_type(ScalarType.Float32) / there.sum(1, keepdim: true);
        // The boundary before the first word is 0.
        return (cat([zeros_like(words.narrow(1, 0, 1)), words.narrow(1, 0, words.shape[1] - 1) * there.narrow(1, 1, words.shape[1] - 1)],
            1), words, weights);
    }
}
