using System.Buffers;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Searches an index for documents that share words with a query.</summary>
internal sealed class LexicalSearcher(InvertedIndex index, LexicalOptions options)
{
    /// <summary>The best documents that share a word with the query, in trec_eval's order.</summary>
    public IReadOnlyList<RankedDocument> Search(IEnumerable<string> terms, int top) =>
        [.. Find(Widened(WeightedQuery.Of(terms)), top).Select(found => new RankedDocument(index.Id(found.Document), (float)found.Score))];

    /// <summary>The query, expanded by feedback if the options request it.</summary>
    public WeightedQuery Widened(WeightedQuery query) =>
        options.Feedback is { } feedback ? RelevanceModel.Widen(query, index, Find(query, feedback.Documents), options) : query;

    /// <summary>The best documents by their numbers.</summary>
    public IReadOnlyList<(int Document, double Score)> Find(WeightedQuery query, int top)
    {
        var scorer = new LexicalScorer(options, index);
        var sums = ArrayPool<double>.Shared.Rent(index.Numbers);
        try
        {
            var scores = sums.AsSpan(0, index.Numbers);
            scores.Clear();
            return Best(scores, Add(query, scorer, scores), scorer, top);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(sums);
        }
    }

    // Sums the scores of all terms, and returns the total weight of the terms that some document has.
    private double Add(WeightedQuery query, LexicalScorer scorer, Span<double> scores)
    {
        var known = 0d;
        var fields = index.Fields;
        var lengths = index.Lengths;
        foreach (var (term, weight) in query.Terms)
        {
            var factor = scorer.Factor(term, weight);
            if (factor.Weight == 0 || index.Postings(term) is not { } postings)
            {
                continue;
            }
            known += weight;
            var documents = postings.Documents;
            var frequencies = postings.Frequencies;
            for (var i = 0; i < documents.Length; i++)
            {
                var document = documents[i];
                scores[document] += scorer.TermScore(
                    factor, frequencies.Slice(i * fields, fields), lengths.Slice(document * fields, fields));
            }
        }
        return known;
    }

    private IReadOnlyList<(int Document, double Score)> Best(ReadOnlySpan<double> sums, double known, LexicalScorer scorer, int top)
    {
        var best = new BestDocuments(top, index.Id);
        for (var document = 0; document < sums.Length; document++)
        {
            if (sums[document] > 0 && index.IsAlive(document))
            {
                best.Offer(document, sums[document] + scorer.Offset(known, index.Lengths.Slice(document * index.Fields, index.Fields)));
            }
        }
        return best.InOrder();
    }
}
