namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Metrics of how well scores rank positives above negatives.</summary>
internal static class RankingScores
{
    /// <summary>
    /// Area under the ROC curve: the part of all pairs of a true and a false one in which the true one has the higher score, equal scores
    /// counting half. By ranks, equal ones sharing their mean.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ, all or none are true, or a score is NaN.</exception>
    public static double AreaUnderRoc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth)
    {
        var positives = CheckedPositives(scores, truth);
        var (sorted, isTrue) = Ascending(scores, truth);
        var rankSum = 0.0;
        for (var start = 0; start < sorted.Length;)
        {
            var end = start;
            var tied = 0;
            for (; end < sorted.Length && sorted[end] == sorted[start]; end++)
            {
                tied += isTrue[end] ? 1 : 0;
            }
            rankSum += tied * (start + 1 + end) / 2.0;
            start = end;
        }
        return (rankSum - (positives * (positives + 1.0) / 2)) / ((double)positives * (truth.Length - positives));
    }

    /// <summary>The ROC curve, from taking nothing to taking all, one point for each distinct score.</summary>
    /// <exception cref="ArgumentException">The lengths differ, all or none are true, or a score is NaN.</exception>
    public static IReadOnlyList<RocPoint> Roc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth)
    {
        var positives = CheckedPositives(scores, truth);
        var negatives = truth.Length - positives;
        var (sorted, isTrue) = Ascending(scores, truth);
        var points = new List<RocPoint> { new(double.PositiveInfinity, 0, 0) };
        int right = 0, wrong = 0;
        for (var i = sorted.Length - 1; i >= 0; i--)
        {
            (right, wrong) = isTrue[i] ? (right + 1, wrong) : (right, wrong + 1);
            if (i == 0 || sorted[i - 1] != sorted[i])
            {
                points.Add(new RocPoint(sorted[i], wrong / (double)negatives, right / (double)positives));
            }
        }
        return points;
    }

    /// <summary>F1: the harmonic mean of precision and recall; 0 where there is no true positive.</summary>
    /// <exception cref="ArgumentException">The lengths differ, all or none are true, or a score is NaN.</exception>
    public static double F1(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth, double threshold)
    {
        var positives = CheckedPositives(scores, truth);
        var (right, wrong) = Taken(scores, truth, threshold);
        return 2.0 * right / (positives + right + wrong);
    }

    /// <summary>
    /// The harmonic mean of the rates of true positives and true negatives, which the code of O'Neill and Bui (2024) calls F1.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ, all or none are true, or a score is NaN.</exception>
    public static double HarmonicMeanOfRates(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth, double threshold)
    {
        var positives = CheckedPositives(scores, truth);
        var (right, wrong) = Taken(scores, truth, threshold);
        var sensitivity = right / (double)positives;
        var specificity = 1 - (wrong / (double)(truth.Length - positives));
        return sensitivity + specificity == 0 ? 0 : 2 * sensitivity * specificity / (sensitivity + specificity);
    }

    private static (int Right, int Wrong) Taken(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth, double threshold)
    {
        int right = 0, wrong = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] >= threshold)
            {
                (right, wrong) = truth[i] ? (right + 1, wrong) : (right, wrong + 1);
            }
        }
        return (right, wrong);
    }

    private static (double[] Scores, bool[] Truth) Ascending(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth)
    {
        var (sorted, isTrue) = (scores.ToArray(), truth.ToArray());
        Array.Sort(sorted, isTrue);
        return (sorted, isTrue);
    }

    private static int CheckedPositives(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth)
    {
        if (scores.Length != truth.Length)
        {
            throw new ArgumentException($"There are {scores.Length} scores and {truth.Length} truths; give one for each.", nameof(scores));
        }
        if (scores.Contains(double.NaN))
        {
            throw new ArgumentException($"Score {scores.IndexOf(double.NaN)} is NaN, which has no rank.", nameof(scores));
        }
        var positives = truth.Count(true);
        return positives > 0 && positives < truth.Length
            ? positives
            : throw new ArgumentException(
                $"Of {truth.Length} {positives} are true; a ranking needs some that are and some that are not.", nameof(truth));
    }
}
