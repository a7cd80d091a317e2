namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Vectors under names, searched by the cosine of the angle to a query's.</summary>
/// <remarks>
/// <see cref="DenseIndex"/> compares with every vector. An approximate library takes its place behind this interface where vectors are so many that this
/// takes too long. Members may be called by any number of threads at once.
/// </remarks>
public interface IVectorIndex
{
    /// <summary>D, the numbers of a vector.</summary>
    int Dimensions { get; }

    /// <summary>How many vectors there are.</summary>
    int Count { get; }

    /// <summary>Adds a vector.</summary>
    /// <param name="id">Its name, which no other has.</param>
    /// <param name="vector">D finite numbers, not all of them 0; its length does not matter.</param>
    void Add(string id, ReadOnlySpan<float> vector);

    /// <summary>Takes a vector out; false where there is none of this name.</summary>
    /// <param name="id">Its name.</param>
    bool Remove(string id);

    /// <summary>The nearest vectors, the nearest first.</summary>
    /// <param name="query">D finite numbers, not all of them 0.</param>
    /// <param name="top">How many.</param>
    IReadOnlyList<VectorMatch> Search(ReadOnlySpan<float> query, int top);
}
