using Microsoft.Extensions.AI;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The vectors of a ranker's documents, and the encoder that makes those of queries.</summary>
internal sealed class RankerVectors : IDisposable
{
    private readonly GivenEmbedder _embedder;
    private readonly DenseIndex _index;
    private readonly ApproximateVectors? _approximate;

    /// <param name="encoder">The encoder.</param>
    /// <param name="approximate">Creates an approximate index; null to compare with all vectors.</param>
    /// <param name="above">The most vectors that are searched without it.</param>
    /// <exception cref="InvalidOperationException">The encoder gives no vector.</exception>
    public RankerVectors(IEmbeddingGenerator<string, Embedding<float>> encoder, Func<int, IVectorIndex>? approximate, int above)
    {
        _approximate = approximate is null ? null : new(approximate, above, "RankerOptions.ApproximateIndex");
        _embedder = GivenEmbedder.Of(encoder);
        var metadata = encoder.GetService(typeof(EmbeddingGeneratorMetadata)) as EmbeddingGeneratorMetadata;
        Model = FormattableString.Invariant($"{metadata?.DefaultModelId ?? encoder.GetType().Name}, {_embedder.Dimensions} numbers");
        _index = new DenseIndex(_embedder.Dimensions, Model);
    }

    /// <summary>Identifies the encoder.</summary>
    public string Model { get; }

    /// <summary>The names of the documents with a vector, in order.</summary>
    public IReadOnlyList<string> Names => _index.Names;

    /// <summary>The vectors of texts; null for one without a letter or digit, or of which the encoder gives only zeros.</summary>
    /// <exception cref="InvalidOperationException">The encoder did not give a finite vector of its length for each text.</exception>
    public float[]?[] Of(IReadOnlyList<string> texts)
    {
        var (vectors, full) = (new float[]?[texts.Count], Enumerable.Range(0, texts.Count).Where(i => texts[i].Any(char.IsLetterOrDigit)).ToArray());
        if (full.Length == 0)
        {
            return vectors;
        }
        foreach (var (vector, place) in _embedder.Embed([.. full.Select(i => texts[i])]).Zip(full))
        {
            vectors[place] = vector.AsSpan().ContainsAnyExcept(0) ? vector : null;
        }
        return vectors;
    }

    public void Add(string id, float[]? vector)
    {
        if (vector is null)
        {
            return;
        }
        _index.Add(id, vector);
        try
        {
            _approximate?.Added(id, _index);
        }
        catch
        {
            _index.Remove(id);
            throw;
        }
    }

    public void Remove(string id)
    {
        if (_index.Remove(id))
        {
            _approximate?.Removed(id, _index);
        }
    }

    public IReadOnlyList<RankedDocument> Search(float[] query, int top)
    {
        var proposed = _approximate?.Propose(query, top, _index);
        var found = proposed is null ? _index.Search(query, top) : _index.Search(query, top, proposed);
        return [.. found.Select(match => new RankedDocument(match.Id, match.Score))];
    }

    /// <summary>Writes the vectors one after the other.</summary>
    public float[] Numbers() => _index.Numbers();

    /// <summary>Adds vectors that <see cref="Numbers"/> gave.</summary>
    /// <exception cref="FormatException">A vector is not of length 1, or there is no whole number of them.</exception>
    public void Restore(string[] ids, float[] numbers)
    {
        if ((long)ids.Length * _index.Dimensions != numbers.Length)
        {
            throw new FormatException(FormattableString.Invariant(
                $"The index cannot be read: it has {numbers.Length} numbers for {ids.Length} vectors, and those of the encoder have {_index.Dimensions}."));
        }
        for (var row = 0; row < ids.Length; row++)
        {
            _index.Restore(ids[row], numbers.AsSpan(row * _index.Dimensions, _index.Dimensions));
        }
        if (ids.Length > 0)
        {
            _approximate?.Added(ids[^1], _index);
        }
    }

    public void Dispose()
    {
        _approximate?.Dispose();
        _index.Dispose();
    }
}
