using System.Text.Json;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Trains a network that ranks documents by numbers, or that corrects another ranker.</summary>
/// <remarks>
/// <para>Create it with <c>ml.Ranking.Trainers.NumericRanking</c>.</para>
/// <list type="table">
/// <item><term>Machine learning task</term><description>Ranking</description></item>
/// <item><term>Input</term><description>Features, a Single or a vector of Single of known size; a key of the query, whose rows need not be
/// adjacent; optionally the score of another ranker.</description></item>
/// <item><term>Label</term><description>How relevant the document is, 0 for not at all: Single, or a key whose first value is 0.</description></item>
/// <item><term>Output</term><description><c>Score</c>, higher for more relevant documents. It depends on the row alone: not on other documents,
/// their order or their number.</description></item>
/// <item><term>Is normalization required?</term><description>No: features are read as they are and by <c>sign(x) log(1 + |x|)</c>, both
/// standardised.</description></item>
/// <item><term>Is caching required?</term><description>No.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.Extensions.Sequence, and TorchSharp-cpu or
/// TorchSharp-cuda-* of version 0.107</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes</description></item>
/// </list>
/// <para>The score is a weighted sum plus a feed-forward network. With another ranker's score the network begins as that ranker, and what it
/// learned is kept only where it lowers the loss of held-out queries by more than a standard error. A query with its documents is one
/// example: batches, the validation set and early stopping count queries.</para>
/// <para>Reference: Guo, Fan, Pang, Yang, Ai, Zamani, Wu, Croft, Cheng, "A Deep Look into Neural Ranking Models for Information Retrieval",
/// 2019, arXiv 1903.06902, whose learning objectives (section 5) apply to features, too.</para>
/// </remarks>
/// <inheritdoc cref="NumericRankingCatalog.NumericRanking(RankingCatalog.RankingTrainers, NumericRankingOptions)" path="/example"/>
/// <seealso href="../docs/NumericRanking.html">docs/NumericRanking.md</seealso>
public sealed class NumericRankingTrainer : NetworkTrainer<NumericRankingOptions>
{
    // The default part of the queries that decide whether the network improves on its base.
    private const double JudgingPart = 0.2;

    internal NumericRankingTrainer(IHostEnvironment env, NumericRankingOptions options)
        : base(env, new RankingTask(options?.Goal), Network, options!)
    {
    }

    /// <summary>The network.</summary>
    internal static NetworkKind Network { get; } = new NetworkKind<NumericRankingOptions>(
        "NumericRanking", SequenceKind.File,
        (options, _, _, head, generator) => new NumericRankingNetwork(
            options, NumericDetails.Of(head.Description, options), (RankingHead)head, generator))
    {
        OnlyTask = RankingTask.Loaded,
        CreateTrainer = (env, _, options) => new NumericRankingTrainer(env, options),
        TakesTokens = false,
        Input = description =>
        {
            var options = description.Options.Deserialize<NumericRankingOptions>(ModelEntry.Json)!;
            return new NumericInput(options, NumericDetails.Of(description.Head, options), description.Input);
        },
    };

    private protected override void CheckInput(SchemaShape schema) => RankingColumns.Check(schema, Options.Roles);

    private protected override ExampleInput Open(IDataView input, TaskKind task, int seed, IChannel channel)
    {
        var features = RankingColumns.NumbersOf(input.Schema, Options.Roles)[0].Width();
        var details = new NumericDetails(features, Options.BaseScoreColumnName is not null);
        var teacher = RankingTeacher.Of(Options.Training);
        var survey = Survey(input, task, details);
        survey.CheckLabels(Options.GroupColumnName!, Options.Goal, channel);
        var column = new InputColumn(Options.FeatureColumnName, InputKind.Sequence, 1, 0, 0);
        return new ExampleInput(column, ((RankingTask)task).With(details.ToJson(), null), (view, _) => new QueryReader(
            new RankingRows(view, Options.Roles, task, teacher), ReferenceEquals(view, input) && survey.AreAdjacent, new NumberCoder(),
            Options.Goal, negatives: null));
    }

    private protected override double ValidationFraction(long rows) =>
        Options.Training.ValidationFraction is null && Options.BaseScoreColumnName is not null ? JudgingPart : base.ValidationFraction(rows);

    private QuerySurvey Survey(IDataView input, TaskKind task, NumericDetails details)
    {
        using var rows = new RankingRows(input, Options.Roles, task);
        var survey = new QuerySurvey();
        var bytes = 0L;
        while (rows.MoveNext())
        {
            CheckAlive();
            survey.Add(rows.Group, rows.Label);
            bytes += sizeof(float) * (2L + details.Numbers);
        }
        survey.CheckMemory(Options, bytes);
        return survey;
    }
}
