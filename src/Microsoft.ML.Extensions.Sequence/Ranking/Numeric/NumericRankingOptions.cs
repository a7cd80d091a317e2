using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="NumericRankingTrainer"/>.</summary>
/// <remarks>
/// The feature column is a Single or a vector of Single of known size, by default <c>Features</c>; the group column holds the key of the
/// query, by default <c>GroupId</c>. Where the training options refer to rows, a ranker counts queries with their documents.
/// </remarks>
public sealed class NumericRankingOptions : NetworkTrainerOptions, ICheckedOptions
{
    /// <summary>The defaults.</summary>
    public NumericRankingOptions() => GroupColumnName = "GroupId";

    /// <summary>
    /// A Single with another ranker's score, which the network begins with and corrects. On rows that the other ranker has learned from,
    /// its scores are better than on new ones, so take <c>ml.Ranking.Trainers.NumericRanking(baseTrainer)</c>, which trains the other
    /// ranker too, or scores of rows that it has not learned from. The default, null, is none.
    /// </summary>
    public string? BaseScoreColumnName { get; set; }

    /// <summary>
    /// The training objective; not <see cref="RankingObjective.MarginSquaredError"/>. The default is
    /// <see cref="RankingObjective.LambdaLoss"/>.
    /// </summary>
    public RankingObjective Objective { get; set; } = RankingObjective.LambdaLoss;

    /// <summary>
    /// For <see cref="RankingObjective.PairwiseHinge"/>: the margin between the scores of a pair, above 0 and at most 1,000. The default is
    /// 1.
    /// </summary>
    [Range(0.0, 1000.0, MinimumIsExclusive = true)]
    public double Margin { get; set; } = 1;

    /// <summary>For <see cref="RankingObjective.Softmax"/>: the divisor of scores, 0.001 to 1,000. The default is 1.</summary>
    [Range(0.001, 1000.0)]
    public double Temperature { get; set; } = 1;

    /// <summary>
    /// The most documents of a query in a training step, 2 to 1,000,000. From longer lists documents are sampled anew in each epoch, half
    /// of them relevant where there are enough. The default is 64.
    /// </summary>
    [Range(2, 1_000_000)]
    public int ListSize { get; set; } = 64;

    /// <summary>The hidden layers, 0 to 16; 0 is a weighted sum of the features. The default is 2.</summary>
    [Range(0, 16)]
    [Choice(new object[] { 1, 2, 3, 4 }, 2)]
    public int Layers { get; set; } = 2;

    /// <summary>The width of hidden layers, 1 to 8,192. The default is 64.</summary>
    [Range(1, 8192)]
    [Choice(new object[] { 16, 32, 64, 128, 256, 512 }, 64)]
    public int HiddenSize { get; set; } = 64;

    /// <summary>The part of hidden values set to 0 in training, 0 to 0.9. The default is 0.3.</summary>
    [Range(0.0, 0.9)]
    [SearchRange(0.0, 0.6, 0.3)]
    public double Dropout { get; set; } = 0.3;

    // The rows of a query are one example, so that no split of examples cuts a group.
    internal override string? RowGroups => null;

    internal RankingGoal Goal => new(Objective, Margin, Temperature, Training?.Distillation is { Weight: > 0 });

    internal override IEnumerable<string> TrainingColumns => [.. base.TrainingColumns, .. new[] { BaseScoreColumnName }.OfType<string>()];

    internal override string? CorrectedColumnName => BaseScoreColumnName;

    /// <summary>The width of all hidden layers, and each of them; a weighted sum has none.</summary>
    internal override IReadOnlyList<NetworkPart> Parts =>
    [
        new("", NetworkPartKind.Whole, CanLack: false, Layers > 0 ? [new(nameof(HiddenSize), HiddenSize)] : []),
        .. Enumerable.Range(0, Layers).Select(layer => new NetworkPart($"hidden.{layer}", NetworkPartKind.Linear, CanLack: layer > 0, [])),
    ];

    internal override void Shrink(IReadOnlyList<IReadOnlyList<int>?> kept)
    {
        Layers = kept.Skip(1).Count(layer => layer is not null);
        HiddenSize = Layers > 0 ? kept[0]![0] : HiddenSize;
    }

    internal RankingRoles Roles => new(
        LabelColumnName, GroupColumnName!, null, null,
        BaseScoreColumnName is null ? [FeatureColumnName] : [FeatureColumnName, BaseScoreColumnName], null, MissingValues);

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (string.IsNullOrEmpty(GroupColumnName))
        {
            yield return "GroupColumnName is empty; a ranker needs the key that says which rows are of one query.";
        }
        if (BaseScoreColumnName is "")
        {
            yield return "BaseScoreColumnName is empty; name a column, or set it to null for none.";
        }
        if (ExampleWeightColumnName is not null)
        {
            yield return $"ExampleWeightColumnName is '{ExampleWeightColumnName}'; the rows of a ranking have no weights, set it to null.";
        }
        if (MissingValues == MissingValues.ForwardFill)
        {
            yield return $"MissingValues is {MissingValues}; a row of a ranking has none before it, so allowed are Error and Zero.";
        }
        if (Objective == RankingObjective.MarginSquaredError)
        {
            yield return $"Objective is {Objective}, which learns from a teacher's scores; take another, or NeuralRanking, which reads them.";
        }
    }
}
