using Microsoft.ML.Extensions.Training;
using static System.FormattableString;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A permutation test of labels (Phipson and Smyth 2010, arXiv 1603.05766).</summary>
internal static class PermutationTest
{
    // With fewer, no result could be significant.
    private const double FewestArrangements = 20;

    /// <summary>
    /// <c>(1 + permutations that reach the true labels' statistic) / (1 + permutations)</c>, the true labels being one of the arrangements.
    /// </summary>
    /// <param name="labels">The true labels.</param>
    /// <param name="statistic">The statistic; higher values are more extreme.</param>
    /// <param name="permutations">The number of permutations, 1 or more.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <exception cref="ArgumentException">The labels can be arranged in fewer than 20 ways.</exception>
    public static double PValue(IReadOnlyList<bool> labels, Func<bool[], double> statistic, int permutations, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(permutations, 1);
        var positives = labels.Count(label => label);
        if (Arrangements(labels.Count, positives) < FewestArrangements)
        {
            throw new ArgumentException(
                Invariant($"{positives} positive and {labels.Count - positives} negative examples can be told apart in {Arrangements(labels.Count, positives)} ways only, and at least 20 are needed for a significant result; add more of both, at least three each."),
                nameof(labels));
        }
        var observed = statistic([.. labels]);
        var reached = 0;
        for (var i = 0; i < permutations; i++)
        {
            var shuffled = labels.ToArray();
            new Random(SeedSequence.Derive(seed, i)).Shuffle(shuffled);
            reached += statistic(shuffled) >= observed ? 1 : 0;
        }
        return (1.0 + reached) / (1 + permutations);
    }

    private static double Arrangements(int count, int chosen)
    {
        var ways = 1.0;
        for (var i = 1; i <= Math.Min(chosen, count - chosen); i++)
        {
            ways = ways * (count - i + 1) / i;
        }
        return Math.Round(ways);
    }
}
