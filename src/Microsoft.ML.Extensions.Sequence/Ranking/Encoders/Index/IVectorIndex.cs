namespace Microsoft.ML.Extensions.Sequence;

/// <summary>An index of named vectors, searched by cosine similarity.</summary>
/// <remarks>
/// <see cref="DenseIndex"/> compares with every vector. Implement this interface with an approximate library where there are so many
/// vectors that this takes too long. Members must be thread-safe.
/// </remarks>
public interface IVectorIndex
{
    /// <summary>D, the numbers of a vector.</summary>
    int Dimensions { get; }

    /// <summary>How many vectors there are.</summary>
    int Count { get; }

    /// <summary>Adds a vector.</summary>
    /// <param name="id">Its unique name.</param>
    /// <param name="vector">D finite numbers, not all of them 0; its length does not matter.</param>
    void Add(string id, ReadOnlySpan<float> vector);

    /// <summary>Removes a vector; false where no vector has this name.</summary>
    /// <param name="id">Its name.</param>
    bool Remove(string id);

    /// <summary>The nearest vectors, the nearest first.</summary>
    /// <param name="query">D finite numbers, not all of them 0.</param>
    /// <param name="top">The number of results.</param>
    IReadOnlyList<VectorMatch> Search(ReadOnlySpan<float> query, int top);
}
