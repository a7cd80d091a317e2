namespace Microsoft.ML.Extensions.Tests;

/// <summary>
/// Statistics of two methods over sets (Demsar 2006, Journal of Machine Learning Research 7; his recommendation, from memory).
/// </summary>
public static class PairedRanks
{
    /// <summary>The rank of each value among all, 1 the largest; equal ones share the mean of their ranks.</summary>
    public static double[] Ranks(IReadOnlyList<double> values) =>
        [.. values.Select(value => 1 + values.Count(other => other > value) + ((values.Count(other => other == value) - 1) / 2.0))];

    /// <summary>
    /// The two-sided exact probability of Wilcoxon's signed ranks for differences as large by chance; differences of 0 are left out, and
    /// equal sizes share ranks.
    /// </summary>
    /// <param name="differences">One for each set, at most 30 of them not 0.</param>
    public static double Wilcoxon(IEnumerable<double> differences)
    {
        var values = differences.Where(value => value != 0).ToArray();
        if (values.Length > 30)
        {
            throw new ArgumentException($"There are {values.Length} differences; at most 30 are counted exactly.", nameof(differences));
        }
        // Twice the ranks are whole numbers.
        var ranks = Ranks([.. values.Select(value => -Math.Abs(value))]).Select(rank => (int)Math.Round(2 * rank)).ToArray();
        var total = ranks.Sum();
        var counts = new double[total + 1];
        counts[0] = 1;
        foreach (var rank in ranks)
        {
            for (var sum = total; sum >= rank; sum--)
            {
                counts[sum] += counts[sum - rank];
            }
        }
        var positive = ranks.Where((_, index) => values[index] > 0).Sum();
        var smaller = Math.Min(positive, total - positive);
        return Math.Min(1, 2 * counts.AsSpan(0, smaller + 1).ToArray().Sum() / Math.Pow(2, values.Length));
    }

    /// <summary>Holm's correction of probabilities that belong to one question; in their order.</summary>
    public static double[] Holm(IReadOnlyList<double> probabilities)
    {
        var corrected = new double[probabilities.Count];
        var (largest, left) = (0.0, probabilities.Count);
        foreach (var (probability, index) in probabilities.Select((probability, index) => (probability, index))
            .OrderBy(pair => pair.probability))
        {
            corrected[index] = largest = Math.Max(largest, Math.Min(1, probability * left--));
        }
        return corrected;
    }
}
