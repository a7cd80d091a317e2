namespace Microsoft.ML.Extensions.Sequence;

/// <summary>RM3: a language model of relevant documents, estimated from the top documents.</summary>
/// <remarks>
/// Lavrenko and Croft 2001, Relevance-based language models, RM1: p(t) is the sum over documents of p(t | d) p(d | query), with frequencies
/// as p(t | d); mixed with the query by Abdul-Jaleel et al. 2004. p(d | query) is the softmax of scores for the query likelihood, and the
/// score divided by the sum of scores for BM25.
/// </remarks>
internal static class RelevanceModel
{
    public static WeightedQuery Widen(
        WeightedQuery query, InvertedIndex index, IReadOnlyList<(int Document, double Score)> found, LexicalOptions options)
    {
        var feedback = options.Feedback!;
        var chances = Chances(found, options.Model);
        var weights = new Dictionary<int, double>();
        for (var i = 0; i < found.Count; i++)
        {
            var terms = index.Terms(found[i].Document);
            var words = (double)terms.Frequencies.Sum(frequency => (long)frequency);
            for (var place = 0; place < terms.Terms.Length; place++)
            {
                var frequency = 0;
                foreach (var inField in terms.Of(place, index.Fields))
                {
                    frequency += inField;
                }
                weights[terms.Terms[place]] = weights.GetValueOrDefault(terms.Terms[place]) + (chances[i] * frequency / words);
            }
        }
        var best = weights.Select(pair => (Term: index.Term(pair.Key), Weight: pair.Value))
            .OrderByDescending(term => term.Weight).ThenBy(term => term.Term, StringComparer.Ordinal).Take(feedback.Terms);
        return query.Mixed([.. best], feedback.QueryWeight);
    }

    private static double[] Chances(IReadOnlyList<(int Document, double Score)> found, LexicalModel model)
    {
        var highest = found.Select(document => document.Score).DefaultIfEmpty(0).Max();
        var weights = found.Select(document => model == LexicalModel.Bm25 ? document.Score : Math.Exp(document.Score - highest)).ToArray();
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }
}
