using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The task of ordering the documents of each query by their labels, the relevance of each: 0 for not at all.</summary>
/// <remarks>
/// An example is a query with its documents. Its label is a list: the relevance of each document, followed by the teacher's score if there
/// is one.
/// </remarks>
/// <param name="goal">The learning goal; null for loaded models.</param>
/// <param name="details">The values that the ranker learned from the data before training; part of the head of its models.</param>
/// <param name="vectors">The vector of each vocabulary index, for networks created in a fit.</param>
/// <param name="tokens">The encoder of the vectors of terms, for networks created in a fit.</param>
internal sealed class RankingTask(
    RankingGoal? goal, JsonElement? details = null, IReadOnlyList<float[]?>? vectors = null, RankingTokens? tokens = null)
    : TaskKind("Ranking", isClassification: false, "a key or a Single that says how relevant the document is")
{
    // 2 to this power is a gain of NDCG that single precision can hold.
    private const float LargestLabel = 31;

    /// <summary>The task of loaded models, which read no labels.</summary>
    public static RankingTask Loaded { get; } = new(null);

    public override bool LabelsAreLists => true;

    protected override bool HasDetails => true;

    public override (double Accuracy, long Rows)? Accuracy(IDataView scored, string label, string score, string? group) =>
        RankingAccuracy.Of(scored, this, label, score, group!);

    /// <summary>The same task with the values learned from the data.</summary>
    public RankingTask With(JsonElement learned, IReadOnlyList<float[]?>? termVectors, RankingTokens? encoder = null) =>
        new(goal, learned, termVectors, encoder);

    protected override bool Accepts(SchemaShape.Column column) => column.IsKey || column.ItemType == NumberDataViewType.Single;

    /// <summary>Reads the relevance of a row's document: a number, or the index of a key from 0; NaN where it is missing.</summary>
    /// <exception cref="InvalidDataException">On reading: it is below 0 or too large.</exception>
    public override RowLabel LabelReader(DataViewRow row, DataViewSchema.Column label)
    {
        var number = label.Type is KeyDataViewType ? ScalarReaders.Key(row, label) : ScalarReaders.Single(row, label);
        return ScalarReaders.Label(() => number() is var value && value is < 0 or > LargestLabel
            ? throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"Column '{label.Name}', row {row.Position}: the label is {value}; how relevant a document is, is said by 0 (not at all) to {LargestLabel}."))
            : value);
    }

    public override TaskHead CreateHead(DataViewSchema.Column label, LabelStatistics statistics) =>
        new RankingHead(new HeadDescription(Name, 1, Details: details), goal) { TermVectors = vectors, Tokens = tokens };

    protected override string? Fault(HeadDescription description) =>
        description.Outputs == 1 ? null : $"it has {description.Outputs} outputs and not 1";

    protected override TaskHead HeadOf(HeadDescription description) => new RankingHead(description, null);

    protected override TaskHead Example(SchemaShape.Column label) => new RankingHead(new HeadDescription(Name, 1), null);
}

/// <summary>The learning goal of a ranker.</summary>
/// <param name="Objective">The loss.</param>
/// <param name="Margin">The margin between the scores of a pair, for <see cref="RankingObjective.PairwiseHinge"/>.</param>
/// <param name="Temperature">The divisor of scores, for <see cref="RankingObjective.Softmax"/>.</param>
/// <param name="IsTaught">Whether labels end with the score of a trained model (<see cref="DistillationOptions.Teacher"/>).</param>
internal sealed record RankingGoal(RankingObjective Objective, double Margin, double Temperature, bool IsTaught = false)
{
    /// <summary>Whether a query whose documents all have the same label contributes to the loss.</summary>
    public bool IsPointwise => Objective is RankingObjective.CrossEntropy or RankingObjective.SquaredError;

    /// <summary>Whether labels contain a teacher's scores.</summary>
    public bool HasTeacher => Objective == RankingObjective.MarginSquaredError;
}
