using System.Globalization;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Fuses rankings of the same queries by different systems.</summary>
public static class RankingFusionCatalog
{
    /// <summary>
    /// Reciprocal-rank fusion: the sum of 1 / (k + rank) over the runs that have a document. It needs neither comparable scores nor
    /// judgements.
    /// </summary>
    /// <remarks>
    /// Cormack, Clarke and Büttcher 2009, Reciprocal rank fusion outperforms Condorcet and individual rank learning methods. Equal scores
    /// share the mean of their ranks' values.
    /// </remarks>
    /// <param name="catalog"><c>ml.Ranking</c>.</param>
    /// <param name="runs">The rankings, at least one.</param>
    /// <param name="k">
    /// The smoothing constant: larger values reduce the differences of the first ranks. The default is the paper's, 60.
    /// </param>
    /// <exception cref="ArgumentException">There is no run.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k is below 0 or not finite.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var judgements = RelevanceJudgements.Read("judgements.txt");
    /// var (words, vectors) = (RankingRun.Read("words.run"), RankingRun.Read("vectors.run"));
    /// var fused = ml.Ranking.FuseByReciprocalRank([words, vectors]);
    /// Console.WriteLine(ml.Ranking.EvaluateRanking(fused, judgements).NdcgAt(10));
    /// ]]></code></example>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static RankingRun FuseByReciprocalRank(this RankingCatalog catalog, IReadOnlyList<RankingRun> runs, double k = NormalizedRanking.PaperK)
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
    /// <exception cref="ArgumentException">
    /// There is no run, the number of weights differs, or a weight or a score is not finite.
    /// </exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var judgements = RelevanceJudgements.Read("judgements.txt");
    /// var (words, vectors) = (RankingRun.Read("words.run"), RankingRun.Read("vectors.run"));
    /// var fused = ml.Ranking.FuseByScore([words, vectors], [0.4, 0.6]);
    /// Console.WriteLine(ml.Ranking.EvaluateRanking(fused, judgements).NdcgAt(10));
    /// ]]></code></example>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
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

    /// <summary>Fuses runs by a choice that <see cref="ChooseFusion"/> made on other queries.</summary>
    /// <param name="catalog"><c>ml.Ranking</c>.</param>
    /// <param name="runs">The rankings of the same systems, in the same order.</param>
    /// <param name="choice">The choice.</param>
    /// <exception cref="ArgumentException">The number of runs is not that of the choice, or a score is not finite.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var judgements = RelevanceJudgements.Read("judgements.txt");
    /// var (words, vectors) = (RankingRun.Read("words.run"), RankingRun.Read("vectors.run"));
    /// var choice = ml.Ranking.ChooseFusion([words, vectors], judgements, depth: 100);
    /// var fused = ml.Ranking.Fuse([RankingRun.Read("other-words.run"), RankingRun.Read("other-vectors.run")], choice);
    /// ]]></code></example>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static RankingRun Fuse(this RankingCatalog catalog, IReadOnlyList<RankingRun> runs, FusionChoice choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        return FuseByScore(catalog, runs, choice.Weights, choice.Normalization);
    }

    /// <summary>Chooses scale and weights of a fusion by MAP on judged queries. Pass the training queries, and measure on others.</summary>
    /// <remarks>
    /// All values of <see cref="ScoreNormalization"/> are tried, with weights in twentieths. The first run is used alone unless the best
    /// fusion exceeds it by more than a standard error over queries: a smaller gain is unlikely to hold for other queries.
    /// </remarks>
    /// <param name="catalog"><c>ml.Ranking</c>.</param>
    /// <param name="runs">The rankings, at least one; the first is the one to improve.</param>
    /// <param name="judgements">Judgements of the queries to choose on.</param>
    /// <param name="depth">The number of documents of a ranking that count, 100 for MAP@100; 0 for all.</param>
    /// <exception cref="ArgumentException">There is no run, no query is judged, or a score is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The depth is below 0.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var judgements = RelevanceJudgements.Read("judgements.txt");
    /// var (words, vectors) = (RankingRun.Read("words.run"), RankingRun.Read("vectors.run"));
    /// var choice = ml.Ranking.ChooseFusion([words, vectors], judgements, depth: 100);
    /// var fused = ml.Ranking.Fuse([RankingRun.Read("other-words.run"), RankingRun.Read("other-vectors.run")], choice);
    /// ]]></code></example>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static FusionChoice ChooseFusion(
        this RankingCatalog catalog, IReadOnlyList<RankingRun> runs, RelevanceJudgements judgements, int depth = 0)
    {
        Check(catalog, runs);
        ArgumentNullException.ThrowIfNull(judgements);
        ArgumentOutOfRangeException.ThrowIfNegative(depth);
        return judgements.Queries.Count == 0 ? throw new ArgumentException("No query is judged, so that nothing can be chosen.", nameof(judgements))
            : FusionSearch.Choose(runs, judgements, depth == 0 ? int.MaxValue : depth);
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
