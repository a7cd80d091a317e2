using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>An order of the documents of each query, from labels that say how relevant each is: 0 for not at all.</summary>
/// <remarks>
/// An example is a query with its documents, and its label a list: how relevant each document is or, with a teacher, that and the teacher's
/// score.
/// </remarks>
/// <param name="goal">What is learned; null for the task of models that are loaded.</param>
/// <param name="details">What the ranker learned of the data before; in the head of its models.</param>
/// <param name="vectors">The vector of each number of the vocabulary, for networks that are made in a fit.</param>
internal sealed class RankingTask(RankingGoal? goal, JsonElement? details = null, IReadOnlyList<float[]?>? vectors = null)
    : TaskKind("Ranking", isClassification: false, "a key or a Single that says how relevant the document is")
{
    // 2 to that power is a gain of NDCG, in single precision.
    private const float LargestLabel = 31;

    /// <summary>The task of models that are loaded, which meet no more labels.</summary>
    public static RankingTask Loaded { get; } = new(null);

    public override bool LabelsAreLists => true;

    protected override bool HasDetails => true;

    /// <summary>The same, with what was learned of the data.</summary>
    public RankingTask With(JsonElement learned, IReadOnlyList<float[]?>? termVectors) => new(goal, learned, termVectors);

    protected override bool Accepts(SchemaShape.Column column) => column.IsKey || column.ItemType == NumberDataViewType.Single;

    /// <summary>Reads how relevant the document of a row is, NaN where that is missing: a number, or the place of a key from 0.</summary>
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
        new RankingHead(new HeadDescription(Name, 1, Details: details), goal) { TermVectors = vectors };

    protected override string? Fault(HeadDescription description) =>
        description.Outputs == 1 ? null : $"it has {description.Outputs} outputs and not 1";

    protected override TaskHead HeadOf(HeadDescription description) => new RankingHead(description, null);

    protected override TaskHead Example(SchemaShape.Column label) => new RankingHead(new HeadDescription(Name, 1), null);
}

/// <summary>What a ranker learns.</summary>
/// <param name="Objective">The loss.</param>
/// <param name="Margin">By how much a score is to be above a lower one, for <see cref="RankingObjective.PairwiseHinge"/>.</param>
/// <param name="Temperature">What scores are divided by, for <see cref="RankingObjective.Softmax"/>.</param>
internal sealed record RankingGoal(RankingObjective Objective, double Margin, double Temperature)
{
    /// <summary>Whether a query all of whose documents have one label says something.</summary>
    public bool IsPointwise => Objective is RankingObjective.CrossEntropy or RankingObjective.SquaredError;

    /// <summary>Whether labels come with a teacher's scores.</summary>
    public bool HasTeacher => Objective == RankingObjective.MarginSquaredError;
}
