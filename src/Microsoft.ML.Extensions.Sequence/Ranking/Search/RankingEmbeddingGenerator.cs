using Microsoft.Extensions.AI;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Vectors of texts alone by a trained ranker that represents each text by a vector: their cosine orders as the ranker's score does.
/// </summary>
/// <remarks>
/// The vectors of the networks of an ensemble are concatenated, each times the root of the factor of its cosine, so that the cosine of the
/// whole is the ensemble's score divided by a constant.
/// </remarks>
internal sealed class RankingEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private const string Provider = "Microsoft.ML.Extensions";
    private const int MostTexts = 64;

    private readonly Shared<LeasedRanker> _ranker;
    private readonly PairInput _input;
    private readonly EmbeddingGeneratorMetadata _metadata;
    private readonly bool _ofQueries;

    private RankingEmbeddingGenerator(NetworkTransformer ranker, bool ofQueries)
    {
        var options = NeuralRankingTrainer.OptionsOf(ranker);
        var lease = ranker.Rent();
        try
        {
            var members = lease.Use(MembersOf);
            _input = new PairInput(options, RankingDetails.Of(ranker.Head.Description, options), ranker.Input);
            var name = $"NeuralRanking {Convert.ToHexString(ranker.Fingerprint(lease))}";
            _metadata = new EmbeddingGeneratorMetadata(Provider, null, name, members.Length * options.HiddenSize);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
        _ofQueries = ofQueries;
        _ranker = new Shared<LeasedRanker>(
            new LeasedRanker(lease), 0, () => new ObjectDisposedException(nameof(RankingEmbeddingGenerator)));
    }

    /// <summary>The generator of a model.</summary>
    /// <exception cref="ArgumentException">The model has no ranker or two, or the ranker does not represent a text by a vector.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public static RankingEmbeddingGenerator Of(ITransformer model, bool ofQueries)
    {
        var ranker = ModelScorer.RankerOf(model);
        var options = NeuralRankingTrainer.OptionsOf(ranker);
        if (options.Architecture is not (RankingArchitecture.Dssm or RankingArchitecture.Cdssm))
        {
            throw new ArgumentException(
                $"The ranker's architecture is {options.Architecture}, whose score is no cosine of a vector of the query and one of the document; train {RankingArchitecture.Dssm} or {RankingArchitecture.Cdssm}.",
                nameof(model));
        }
        if (options.NumberColumnNames.Length > 0)
        {
            throw new ArgumentException(
                $"The ranker also reads {string.Join(", ", options.NumberColumnNames)}, which texts alone do not have; train one without NumberColumnNames.", nameof(model));
        }
        return new(ranker, ofQueries);
    }

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        Check(options);
        _ranker.CheckOpen();
        string[] texts = [.. values];
        if (Array.IndexOf(texts, null) is >= 0 and var missing)
        {
            throw new ArgumentException(FormattableString.Invariant($"Text {missing} is null; give an empty text for none."), nameof(values));
        }
        return Task.Run(() => Generated(texts, cancellationToken), cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    public void Dispose() => _ranker.Close();

    private GeneratedEmbeddings<Embedding<float>> Generated(string[] texts, CancellationToken cancellation)
    {
        using var lease = _ranker.Rent();
        var created = DateTimeOffset.UtcNow;
        var embeddings = new GeneratedEmbeddings<Embedding<float>>();
        foreach (var part in texts.Chunk(MostTexts))
        {
            cancellation.ThrowIfCancellationRequested();
            var vectors = TorchMemory.Guard(
                () => FormattableString.Invariant($"Computing the vectors of {part.Length} texts"),
                () => lease.Use(ranker => ranker.Lease.Use(network => Vectors(network, part))));
            embeddings.AddRange(vectors.Select(
                vector => new Embedding<float>(vector) { CreatedAt = created, ModelId = _metadata.DefaultModelId }));
        }
        return embeddings;
    }

    private float[][] Vectors(Network network, string[] texts)
    {
        using var threads = ThreadCount.Hold();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var coder = _input.Coder();
        var rows = Array.ConvertAll(texts, text => Packed(coder, text));
        var vectors = cat(Array.ConvertAll(MembersOf(network), member => member.VectorsOf(rows, _ofQueries)), 1);
        var values = PairBatch.Unit(vectors).cpu().contiguous().AsSpan();
        var width = values.Length / texts.Length;
        var result = new float[texts.Length][];
        for (var row = 0; row < result.Length; row++)
        {
            result[row] = values.Slice(row * width, width).ToArray();
        }
        return result;
    }

    private float[] Packed(PairCoder coder, string text)
    {
        coder.Begin(_ofQueries ? text : "");
        coder.Add(_ofQueries ? "" : text, []);
        return coder.Values.ToArray();
    }

    private static NeuralRankingNetwork[] MembersOf(Network network) =>
        network is Ensemble ensemble ? [.. ensemble.Networks.Select(member => (NeuralRankingNetwork)member.Network)]
        : [(NeuralRankingNetwork)network];

    private void Check(EmbeddingGenerationOptions? options)
    {
        if (options?.Dimensions is { } dimensions && dimensions != _metadata.DefaultModelDimensions)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{dimensions} dimensions were requested; this ranker gives {_metadata.DefaultModelDimensions}."), nameof(options));
        }
        if (options?.ModelId is { } model && model != _metadata.DefaultModelId)
        {
            throw new ArgumentException($"The model '{model}' was requested; this one is '{_metadata.DefaultModelId}'.", nameof(options));
        }
    }

    private sealed record LeasedRanker(Lease<Network> Lease) : IDisposable
    {
        public void Dispose() => Lease.Dispose();
    }
}
