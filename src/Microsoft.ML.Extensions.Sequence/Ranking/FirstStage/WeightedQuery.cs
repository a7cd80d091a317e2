namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The weighted terms of a query, in a fixed order, so that sums of scores are always equal.</summary>
/// <param name="Terms">Distinct terms.</param>
internal sealed record WeightedQuery(IReadOnlyList<(string Term, double Weight)> Terms)
{
    /// <summary>The sum of the weights.</summary>
    public double Weight => Terms.Sum(term => term.Weight);

    /// <summary>Terms weighted by their frequency in a query's text.</summary>
    public static WeightedQuery Of(IEnumerable<string> terms)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var term in terms)
        {
            if (!counts.TryAdd(term, 1))
            {
                counts[term]++;
                continue;
            }
            order.Add(term);
        }
        return new([.. order.Select(term => (term, (double)counts[term]))]);
    }

    /// <summary>A mixture of the query's terms and others, each with weights that sum to 1 before.</summary>
    /// <param name="others">Terms of other texts.</param>
    /// <param name="share">The share of the query's own terms.</param>
    public WeightedQuery Mixed(IReadOnlyList<(string Term, double Weight)> others, double share)
    {
        var (own, foreign) = (Weight, others.Sum(term => term.Weight));
        if (own == 0 || foreign == 0)
        {
            return this;
        }
        var weights = Terms.ToDictionary(term => term.Term, term => share * term.Weight / own, StringComparer.Ordinal);
        foreach (var (term, weight) in others)
        {
            weights[term] = weights.GetValueOrDefault(term) + ((1 - share) * weight / foreign);
        }
        return new([.. Terms.Select(term => term.Term).Concat(others.Select(term => term.Term)).Distinct(StringComparer.Ordinal)
            .Select(term => (term, weights[term])).Where(term => term.Item2 > 0)]);
    }
}
