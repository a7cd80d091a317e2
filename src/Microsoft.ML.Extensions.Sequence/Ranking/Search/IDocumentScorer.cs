namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The second stage of a <see cref="Ranker"/>: it scores pairs of query and document, and so only documents that the first stage found.
/// </summary>
public interface IDocumentScorer
{
    /// <summary>
    /// Identifies this model, for instance by a checksum of its weights: an index saved with one model is not loaded with another.
    /// </summary>
    string Fingerprint { get; }

    /// <summary>Scores documents; higher is better. It must be thread-safe.</summary>
    /// <param name="query">The query's text.</param>
    /// <param name="documents">The documents' texts, with fields separated by line breaks.</param>
    /// <returns>A score for each document, in their order, none NaN.</returns>
    float[] Score(string query, IReadOnlyList<string> documents);
}
