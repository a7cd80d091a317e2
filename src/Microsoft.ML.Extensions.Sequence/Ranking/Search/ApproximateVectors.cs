namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The approximate index that a ranker or an index of images also has where it holds many vectors. It proposes vectors, and the exact index
/// scores them.
/// </summary>
/// <param name="create">Creates an empty index of vectors of so many numbers.</param>
/// <param name="above">The most vectors that are searched exactly.</param>
/// <param name="setting">What the user gave <paramref name="create"/> as, for messages.</param>
internal sealed class ApproximateVectors(Func<int, IVectorIndex> create, int above, string setting) : IDisposable
{
    // As many proposals per result: an approximate order differs near the end of the results.
    private const int Proposals = 2;

    private IVectorIndex? _index;

    /// <summary>Follows an addition to the exact index.</summary>
    /// <exception cref="InvalidOperationException">The index that was created has vectors of another length, or is not empty.</exception>
    public void Added(string id, DenseIndex exact)
    {
        if (_index is not null)
        {
            _index.Add(id, exact.Vector(id));
        }
        else if (exact.Count > above)
        {
            _index = Created(exact);
        }
    }

    /// <summary>Follows the removal of a vector.</summary>
    public void Removed(string id, DenseIndex exact)
    {
        _index?.Remove(id);
        // Not at once, so that a collection about this size is not indexed again and again.
        if (_index is not null && exact.Count <= above / 2)
        {
            Dispose();
        }
    }

    /// <summary>The vectors to score exactly; null for all.</summary>
    /// <exception cref="InvalidOperationException">The index proposed a vector that is not there.</exception>
    public IReadOnlyList<string>? Propose(float[] query, int top, DenseIndex exact)
    {
        if (_index is null)
        {
            return null;
        }
        var found = _index.Search(query, (int)Math.Min((long)Proposals * top, exact.Count));
        var proposed = found.Select(match => match.Id).Distinct(StringComparer.Ordinal).ToArray();
        return Array.Find(proposed, id => !exact.Contains(id)) is { } unknown ? throw new InvalidOperationException(
            $"The approximate index {_index.GetType().Name} found '{unknown}', which it does not have; it must forget what is removed.") : proposed;
    }

    public void Dispose()
    {
        (_index as IDisposable)?.Dispose();
        _index = null;
    }

    private IVectorIndex Created(DenseIndex exact)
    {
        var index = create(exact.Dimensions) ?? throw new InvalidOperationException($"{setting} created no index.");
        if (index.Dimensions != exact.Dimensions || index.Count != 0)
        {
            var message = FormattableString.Invariant(
                $"{setting} created an index of {index.Count} vectors of {index.Dimensions} numbers; it must be an empty one of {exact.Dimensions}.");
            (index as IDisposable)?.Dispose();
            throw new InvalidOperationException(message);
        }
        try
        {
            foreach (var id in exact.Names)
            {
                index.Add(id, exact.Vector(id));
            }
            return index;
        }
        catch
        {
            (index as IDisposable)?.Dispose();
            throw;
        }
    }
}
