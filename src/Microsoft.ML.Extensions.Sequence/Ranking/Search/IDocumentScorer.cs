namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The second stage of a <see cref="Ranker"/>: it looks at a query and documents together, and so only at those that the first stage found.</summary>
public interface IDocumentScorer
{
    /// <summary>Tells this model from others, for instance by a checksum of its weights: an index saved for one is not loaded with another.</summary>
    string Fingerprint { get; }

    /// <summary>Scores documents; the higher, the better. It is called from many threads at once.</summary>
    /// <param name="query">The query's text.</param>
    /// <param name="documents">The documents' texts, fields one after the other by line breaks.</param>
    /// <returns>A score for each document, in their order, none NaN.</returns>
    float[] Score(string query, IReadOnlyList<string> documents);
}
