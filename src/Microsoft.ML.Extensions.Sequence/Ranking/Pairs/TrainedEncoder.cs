using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>An encoder that is trained with the ranker, from the weights of a loaded one. Its weights are those of the ranker.</summary>
/// <remarks>
/// In training, texts of similar length are computed together; when scoring, each by itself, so that a vector does not depend on other
/// texts, not even by rounding. Differs from BERT's fine-tuning (Devlin et al. 2018, arXiv 1810.04805, appendix A.3): no dropout inside the
/// encoder.
/// </remarks>
internal sealed class TrainedEncoder : ContextEncoder, IParameterRules
{
    // The values of the inner layer per batch.
    private const int NumbersOfBatch = 1 << 22;

    private readonly BertNetwork network;
    private readonly BertConfig _config;
    private readonly WordPieceTokenizer _tokenizer;
    private readonly double _rate;

    private TrainedEncoder(EncoderDescription description, double rate)
        : base(nameof(TrainedEncoder), description.Config.Width)
    {
        (_config, _rate) = (description.Config, rate);
        _tokenizer = new WordPieceTokenizer(new WordPieceVocabulary(description.Pieces), description.Words);
        network = new BertNetwork(description.Config);
        RegisterComponents();
    }

    /// <summary>The most tokens of a sequence.</summary>
    public int Positions => _config.Positions;

    /// <summary>A copy of an encoder.</summary>
    /// <param name="encoder">The encoder, which stays as it is.</param>
    /// <param name="rate">The learning rate of its weights, divided by that of the run.</param>
    public static TrainedEncoder Of(EncoderModel encoder, double rate)
    {
        var trained = new TrainedEncoder(encoder.Description, rate);
        using var _ = no_grad();
        var values = encoder.NamedWeights().ToDictionary(named => named.Name, named => named.Value);
        foreach (var (name, weight) in trained.network.named_parameters())
        {
            weight.copy_(values[name]);
        }
        return trained;
    }

    /// <summary>An encoder whose weights are loaded later.</summary>
    public static TrainedEncoder Unloaded(EncoderDescription description) => new(description, 1);

    double IParameterRules.RateFactor(string name) => _rate;

    public override Tensor Vectors(IReadOnlyList<int[]> texts)
    {
        var (known, distinct) = (new Dictionary<string, int>(StringComparer.Ordinal), new List<int[]>());
        var textOf = new int[texts.Count];
        for (var text = 0; text < texts.Count; text++)
        {
            if (!known.TryGetValue(Key(texts[text]), out textOf[text]))
            {
                known.Add(Key(texts[text]), textOf[text] = distinct.Count);
                distinct.Add(texts[text] is [PieceReader.None] ? [_tokenizer.Start, _tokenizer.End] : [_tokenizer.Start, .. texts[text], _tokenizer.End]);
            }
        }
        var (states, firsts) = Run(distinct, null);
        var rows = new List<long> { 0 };
        for (var text = 0; text < texts.Count; text++)
        {
            for (var place = 0; place < texts[text].Length; place++)
            {
                // The first row is that of zeros, and the first state of a text that of [CLS].
                rows.Add(texts[text] is [PieceReader.None] ? 0 : firsts[textOf[text]] + place + 2);
            }
        }
        return cat([zeros(1, Width, device: states.device), states]).index_select(0, tensor(rows.ToArray(), ScalarType.Int64, device: states.device));
    }

    /// <summary>The state of the first token of each pair of texts, which the encoder reads as one sequence, <c>[S, D]</c>.</summary>
    /// <param name="pairs">The tokens of both texts of each pair; a sequence ends where the encoder has no more positions.</param>
    public Tensor OfPairs(IReadOnlyList<(int[] First, int[] Second)> pairs)
    {
        var (sequences, seconds) = (new int[pairs.Count][], new int[pairs.Count]);
        for (var pair = 0; pair < pairs.Count; pair++)
        {
            var first = Known(pairs[pair].First).Take(Positions - 3).ToArray();
            var second = Known(pairs[pair].Second).Take(Positions - 3 - first.Length);
            sequences[pair] = [_tokenizer.Start, .. first, _tokenizer.End, .. second, _tokenizer.End];
            seconds[pair] = first.Length + 2;
        }
        var (states, firsts) = Run(sequences, seconds);
        return states.index_select(0, tensor(firsts, ScalarType.Int64, device: states.device));
    }

    public override long Numbers(long tokens, long longest) =>
        _config.Layers * tokens * ((10L * _config.Width) + (2L * _config.InnerWidth) + (2L * _config.Heads * longest));

    private static string Key(int[] text) => string.Join(' ', text);

    private static int[] Known(int[] text) => text is [PieceReader.None] ? [] : text;

    // The states of all sequences with their padding, [N, D], and the first of each sequence.
    private (Tensor States, long[] Firsts) Run(IReadOnlyList<int[]> sequences, int[]? seconds)
    {
        var (parts, firsts, count) = (new List<Tensor>(), new long[sequences.Count], 0L);
        foreach (var batch in Batches(sequences))
        {
            var longest = batch.Max(text => sequences[text].Length);
            for (var row = 0; row < batch.Length; row++)
            {
                firsts[batch[row]] = count + (row * (long)longest);
            }
            count += batch.Length * (long)longest;
            parts.Add(States(sequences, seconds, batch, longest).flatten(0, 1));
        }
        return (cat(parts), firsts);
    }

    private IEnumerable<int[]> Batches(IReadOnlyList<int[]> sequences) => training
        ? TokenBatches.Of([.. sequences.Select(sequence => sequence.Length)], Math.Max(1, NumbersOfBatch / _config.InnerWidth))
        : Enumerable.Range(0, sequences.Count).Select(sequence => new[] { sequence });

    private Tensor States(IReadOnlyList<int[]> sequences, int[]? seconds, int[] batch, int longest)
    {
        var (ids, segments, valid) = (new long[batch.Length * longest], new long[batch.Length * longest], new bool[batch.Length * longest]);
        Array.Fill(ids, _tokenizer.Padding);
        for (var row = 0; row < batch.Length; row++)
        {
            var sequence = sequences[batch[row]];
            for (var place = 0; place < sequence.Length; place++)
            {
                ids[(row * longest) + place] = sequence[place];
                segments[(row * longest) + place] = _config.Segments > 1 && place >= seconds?[batch[row]] ? 1 : 0;
            }
            valid.AsSpan(row * longest, sequence.Length).Fill(true);
        }
        var device = network.parameters().First().device;
        return network.call(
            Of(ids), Array.IndexOf(valid, false) < 0 ? null : tensor(valid, [batch.Length, longest], device: device), seconds is null ? null : Of(segments));

        Tensor Of(long[] values) => tensor(values, [batch.Length, longest], ScalarType.Int64, device: device);
    }
}
