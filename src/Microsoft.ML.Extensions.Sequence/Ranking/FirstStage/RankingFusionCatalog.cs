using System.Globalization;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Fuses rankings of the same queries by different systems.</summary>
public static class RankingFusionCatalog
{
    /// <summary>Reciprocal-rank fusion: the sum of 1 / (k + rank) over the runs that have a document. It needs neither comparable scores nor judgements.</summary>
    /// <remarks>Cormack, Clarke and Büttcher 2009, Reciprocal rank fusion outperforms Condorcet and individual rank learning methods. Equal scores share the mean of their ranks' values.</remarks>
    /// <param name="catalog"><c>ml.Ranking</c>.</param>
    /// <param name="runs">The rankings, at least one.</param>
    /// <param name="k">The smoothing constant: larger values reduce the differences of the first ranks. The default is the paper's, 60.</param>
    /// <exception cref="ArgumentException">There is no run.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k is below 0 or not finite.</exception>
    public static RankingRun FuseByReciprocalRank(this RankingCatalog catalog, IReadOnlyList<RankingRun> runs, double k = 60)
    {
        Check(catalog, runs);
        if (!(k >= 0 && double.IsFinite(k)))
        {
            throw new ArgumentOutOfRangeException(nameof(k), string.Create(CultureInfo.InvariantCulture, $"k is {k}; it must be finite and at least 0."));
        }
        return RankingFusion.Sum(RankingFusion.Scaled(runs, ranking => NormalizedRanking.Reciprocal(ranking, k)), [.. runs.Select(_ => 1d)]);
    }

    /// <summary>The weighted sum of scores, normalised per query.</summary>
    /// <param name="catalog"><c>ml.Ranking</c>.</param>
    /// <param name="runs">The rankings, at least one.</param>
    /// <param name="weights">The weight of each run, finite.</param>
    /// <param name="normalization">The normalisation of scores.</param>
    /// <exception cref="ArgumentException">There is no run, the number of weights differs, or a weight or a score is not finite.</exception>
    public static RankingRun FuseByScore(
        this RankingCatalog catalog, IReadOnlyList<RankingRun> runs, IReadOnlyList<double> weights, ScoreNormalization normalization = ScoreNormalization.MinMax)
    {
        Check(catalog, runs);
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Count != runs.Count || !weights.All(double.IsFinite))
        {
            throw new ArgumentException(FormattableString.Invariant($"There are {runs.Count} runs and {weights.Count} weights; each run needs one, a finite number."), nameof(weights));
        }
        return RankingFusion.Sum(RankingFusion.Scaled(runs, ranking => NormalizedRanking.Of(ranking, normalization)), weights);
    }

    /// <summary>Chooses the weights of <see cref="FuseByScore"/> by MAP on judged queries: use training queries here, and evaluate on others.</summary>
    /// <param name="catalog"><c>ml.Ranking</c>.</param>
    /// <param name="runs">The rankings, at least one.</param>
    /// <param name="judgements">Judgements of the queries to choose on.</param>
    /// <param name="normalization">The normalisation of scores.</param>
    /// <returns>A weight for each run, multiples of 1/20 from 0 to 1 that sum to 1. On these queries the fusion is no worse than any run alone.</returns>
    /// <exception cref="ArgumentException">There is no run, none has a judged query, or a score is not finite.</exception>
    public static double[] ChooseFusionWeights(
        this RankingCatalog catalog, IReadOnlyList<RankingRun> runs, RelevanceJudgements judgements, ScoreNormalization normalization = ScoreNormalization.MinMax)
    {
        Check(catalog, runs);
        ArgumentNullException.ThrowIfNull(judgements);
        var judged = judgements.Queries.ToHashSet(StringComparer.Ordinal);
        var scaled = RankingFusion.Scaled(runs, ranking => NormalizedRanking.Of(ranking, normalization)).Where(query => judged.Contains(query.Query)).ToArray();
        var options = new RankingEvaluationOptions { Cutoffs = [1] };
        return RankingFusion.Choose(scaled, runs.Count, run => RankingEvaluator.Evaluate(run, judgements, options).MeanAveragePrecision);
    }

    private static void Check(RankingCatalog catalog, IReadOnlyList<RankingRun> runs)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count == 0)
        {
            throw new ArgumentException("There is no run to fuse; give at least one.", nameof(runs));
        }
    }
}
