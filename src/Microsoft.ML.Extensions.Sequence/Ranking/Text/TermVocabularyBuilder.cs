using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Counts the terms of documents one after the other.</summary>
internal sealed class TermVocabularyBuilder
{
    private readonly Dictionary<string, Counts> _counts = new(StringComparer.Ordinal);
    private int _documents;

    /// <summary>Counts a document, which may be empty.</summary>
    public void Add(IEnumerable<string> terms)
    {
        _documents = checked(_documents + 1);
        foreach (var term in terms)
        {
            ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, term, out _);
            counts = new(counts.Frequency + 1, counts.Documents + (counts.Last == _documents ? 0 : 1), _documents);
        }
    }

    /// <summary>The vocabulary of the documents counted.</summary>
    /// <param name="leastDocuments">The smallest number of documents with a term.</param>
    /// <param name="mostTerms">The most terms to keep, by frequency.</param>
    public TermVocabulary Build(int leastDocuments = 1, int mostTerms = int.MaxValue)
    {
        var kept = _counts.Where(pair => pair.Value.Documents >= leastDocuments)
            .OrderByDescending(pair => pair.Value.Frequency).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(mostTerms).ToArray();
        return new(new(
            _documents,
            [.. kept.Select(pair => pair.Key)],
            [.. kept.Select(pair => pair.Value.Documents)],
            [.. kept.Select(pair => pair.Value.Frequency)]));
    }

    // Last: the number of the last document with the term.
    private readonly record struct Counts(long Frequency, int Documents, int Last);
}
