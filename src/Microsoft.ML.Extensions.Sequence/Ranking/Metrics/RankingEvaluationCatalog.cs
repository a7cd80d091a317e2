using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Metrics of rankings as trec_eval defines them, and their comparison.</summary>
/// <remarks>
/// <para>
/// MAP and R@k are relative to all documents judged relevant, in the ranking or not. NDCG@k is the sum of gain / log2(rank + 1) divided by
/// that of the ideal order of all judged documents; ERR@k (Chapelle et al. 2009) is what gdeval computes.
/// </para>
/// <para>
/// The order of rows does not matter. <c>ml.Ranking.Evaluate</c> takes equal scores in the order of the rows, so a constant score is judged
/// by how the rows are sorted (dotnet/machinelearning issue 6157); here it gets the mean over all orders.
/// </para>
/// </remarks>
public static class RankingEvaluationCatalog
{
    /// <summary>Evaluates scored rows: a row is a document of a query, with its grade.</summary>
    /// <param name="catalog"><c>ml.Ranking</c>.</param>
    /// <param name="data">
    /// The rows; those of a query need not be adjacent. Relevant documents that are not among the rows are unknown to the evaluation, which
    /// makes MAP and R too high.
    /// </param>
    /// <param name="labelColumnName">The grade: a number, a Boolean, or a key of numbers, whose values count.</param>
    /// <param name="scoreColumnName">The score, a Single.</param>
    /// <param name="rowGroupColumnName">The query: a key, text or whole number.</param>
    /// <param name="documentColumnName">
    /// The document's id: a key, text or whole number. Null where there is none; equal scores then have no order.
    /// </param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// An option is not valid, a document occurs twice in a query, no query can be evaluated, or a grade is too high for the gain.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A score is NaN, a grade or an id is missing; the message names column and row.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// TextLoader.Column[] columns = [new("Label", DataKind.Single, 0), new("GroupId", DataKind.String, 1), new("Features", DataKind.Single, 2, 47)];
    /// var train = ml.Data.LoadFromTextFile("train.tsv", columns);
    /// var test = ml.Data.LoadFromTextFile("test.tsv", columns);
    /// var pipeline = ml.Transforms.Conversion.MapValueToKey("GroupId").Append(ml.Ranking.Trainers.NumericRanking());
    /// var model = pipeline.Fit(train);
    /// Console.WriteLine(ml.Ranking.EvaluateRanking(model.Transform(test)).NdcgAt(10));
    /// ]]></code></example>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static RankingEvaluation EvaluateRanking(
        this RankingCatalog catalog,
        IDataView data,
        string labelColumnName = "Label",
        string scoreColumnName = "Score",
        string rowGroupColumnName = "GroupId",
        string? documentColumnName = null,
        RankingEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        var wanted = (options ?? new()).Validated();
        var ties = wanted.Ties ?? RankingTies.Expected;
        if (ties == RankingTies.DocumentId && documentColumnName is null)
        {
            throw new ArgumentException(
                "Ties is DocumentId, and documentColumnName is null; name the column of ids, or set Ties to Expected.",
                nameof(documentColumnName));
        }
        return RankingEvaluator.Evaluate(
            ScoredRows.Rankings(catalog.Environment(), data, labelColumnName, scoreColumnName, rowGroupColumnName, documentColumnName),
                wanted, ties);
    }

    /// <summary>Evaluates a run against judgements, as trec_eval does.</summary>
    /// <param name="catalog"><c>ml.Ranking</c>.</param>
    /// <param name="run">The rankings.</param>
    /// <param name="judgements">The judgements.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// An option is not valid, no query can be evaluated, or a grade is too high for the gain.
    /// </exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var judgements = RelevanceJudgements.Read("judgements.txt");
    /// var (words, vectors) = (RankingRun.Read("words.run"), RankingRun.Read("vectors.run"));
    /// Console.WriteLine(ml.Ranking.EvaluateRanking(words, judgements).NdcgAt(10));
    /// Console.WriteLine(ml.Ranking.EvaluateRanking(vectors, judgements).NdcgAt(10));
    /// ]]></code></example>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static RankingEvaluation EvaluateRanking(
        this RankingCatalog catalog, RankingRun run, RelevanceJudgements judgements, RankingEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(judgements);
        return RankingEvaluator.Evaluate(run, judgements, (options ?? new()).Validated());
    }

    /// <summary>Creates a run from scored rows, to evaluate against the judgements of a file, to fuse, or to write.</summary>
    /// <param name="catalog"><c>ml.Ranking</c>.</param>
    /// <param name="data">The rows, in any order.</param>
    /// <param name="scoreColumnName">The score, a Single.</param>
    /// <param name="rowGroupColumnName">The query: a key, text or whole number.</param>
    /// <param name="documentColumnName">The document's id: a key, text or whole number.</param>
    /// <exception cref="ArgumentException">A document occurs twice in a query.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A score is NaN or an id is missing; the message names column and row.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// TextLoader.Column[] columns = [new("GroupId", DataKind.String, 0), new("DocumentId", DataKind.String, 1), new("Score", DataKind.Single, 2)];
    /// var run = ml.Ranking.CreateRun(ml.Data.LoadFromTextFile("scores.tsv", columns));
    /// Console.WriteLine(ml.Ranking.EvaluateRanking(run, RelevanceJudgements.Read("judgements.txt")).NdcgAt(10));
    /// ]]></code></example>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static RankingRun CreateRun(
        this RankingCatalog catalog, IDataView data, string scoreColumnName = "Score", string rowGroupColumnName = "GroupId",
            string documentColumnName = "DocumentId")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        return ScoredRows.Run(catalog.Environment(), data, scoreColumnName, rowGroupColumnName, documentColumnName);
    }

    /// <summary>Compares two systems query by query.</summary>
    /// <param name="catalog"><c>ml.Ranking</c>.</param>
    /// <param name="first">One system's evaluation.</param>
    /// <param name="second">The other's, of the same queries.</param>
    /// <param name="metric">The metric to compare.</param>
    /// <param name="cutoff">k, for metrics with a cutoff.</param>
    /// <param name="seed">The seed of the test's random assignments.</param>
    /// <exception cref="ArgumentException">They are not of the same queries.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The cutoff was not evaluated in one of them, or the metric is not known.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Data;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var judgements = RelevanceJudgements.Read("judgements.txt");
    /// var (words, vectors) = (RankingRun.Read("words.run"), RankingRun.Read("vectors.run"));
    /// var (first, second) = (ml.Ranking.EvaluateRanking(words, judgements), ml.Ranking.EvaluateRanking(vectors, judgements));
    /// Console.WriteLine(ml.Ranking.CompareRankings(first, second).PValue);
    /// ]]></code></example>
    /// <seealso href="../docs/Ranking.html">docs/Ranking.md</seealso>
    public static PairedComparison CompareRankings(
        this RankingCatalog catalog, RankingEvaluation first, RankingEvaluation second,
            RankingMetric metric = RankingMetric.AveragePrecision, int cutoff = 10, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var others = second.Queries.ToDictionary(query => query.Query, StringComparer.Ordinal);
        var alone = first.Queries.Select(query => query.Query).Where(query => !others.ContainsKey(query))
            .Concat(others.Keys.Except(first.Queries.Select(query => query.Query), StringComparer.Ordinal)).ToArray();
        if (alone.Length > 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{alone.Length} queries are in only one of the evaluations, such as '{alone[0]}'; compare systems on the same queries."), nameof(second));
        }
        var differences = first.Queries.Select(query => query.Value(metric, cutoff) - others[query.Query].Value(metric, cutoff)).ToArray();
        return new(differences, RandomizationTest.PValue(differences, seed));
    }
}
