using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Tasks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The head of <c>Score</c>, higher for more relevant documents; its loss is that of a query with its documents.</summary>
internal sealed class RankingHead(HeadDescription description, RankingGoal? goal) : TaskHead(description)
{
    /// <summary>
    /// The vector of each vocabulary index, null for one that has none; null where all are random. For networks created in a fit.
    /// </summary>
    public IReadOnlyList<float[]?>? TermVectors { get; init; }

    /// <summary>The encoder of the vectors of terms; null where there is none, and in loaded models.</summary>
    public RankingTokens? Tokens { get; init; }

    /// <summary>The loss of each query, <c>[B]</c>.</summary>
    /// <param name="outputs">The scores of its documents, <c>[B, n]</c>; values after the last document are ignored.</param>
    /// <param name="labels">
    /// The relevance of each, <c>[B, n]</c>, NaN after the last; with teachers <c>[B, 2 n]</c> or <c>[B, 3 n]</c>, each document's label
    /// followed by the score of the teacher's column and that of a trained model.
    /// </param>
    /// <param name="labelSmoothing">Not used: there are no classes.</param>
    public override Tensor Loss(Tensor outputs, Tensor labels, double labelSmoothing)
    {
        var used = goal ?? throw new InvalidOperationException("A loaded ranker has no loss.");
        var pairs = PerDocument(outputs, labels);
        var (known, mask) = Read(pairs);
        return used.Objective switch
        {
            RankingObjective.PairwiseHinge => RankingLosses.Hinge(outputs, known, mask, used.Margin),
            RankingObjective.PairwiseCrossEntropy => RankingLosses.PairwiseCrossEntropy(outputs, known, mask),
            RankingObjective.MarginSquaredError => RankingLosses.MarginSquaredError(outputs, known, mask, Known(pairs.select(2, 1))),
            RankingObjective.CrossEntropy => RankingLosses.CrossEntropy(outputs, known, mask),
            RankingObjective.SquaredError => RankingLosses.SquaredError(outputs, known, mask),
            RankingObjective.ListNet => RankingLosses.ListNet(outputs, known, mask),
            RankingObjective.ListMle => RankingLosses.ListMle(outputs, known, mask),
            RankingObjective.Softmax => RankingLosses.Softmax(outputs, known, mask, used.Temperature),
            RankingObjective.LambdaLoss => RankingLosses.LambdaLoss(outputs, known, mask),
            _ => throw new InvalidOperationException($"The objective {used.Objective} has no loss."),
        };
    }

    // Its networks are trained by its trainers alone, which know the goal.
    public override TaskKind Task => RankingTask.Loaded;

    public override bool LabelsHoldTeacher => goal is { IsTaught: true };

    public override Tensor DistanceToLabelled(Tensor outputs, Tensor labels, double temperature)
    {
        var pairs = PerDocument(outputs, labels);
        var (_, mask) = Read(pairs);
        return RankingLosses.Distilled(outputs, Known(pairs.select(2, -1)), mask, temperature);
    }

    public override TaskHead ForOptions(object options)
    {
        if (options is not NeuralRankingOptions smaller)
        {
            return this;
        }
        var details = RankingDetails.Of(Description, smaller).WithVectors(smaller.EmbeddingSize);
        return new RankingHead(Description with { Details = details.ToJson() }, goal);
    }

    public override Tensor Activate(Tensor outputs) => outputs;

    public override IReadOnlyList<OnnxValue> ToOnnx(OnnxGraph graph, OnnxValue outputs) => [outputs];

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns(OutputColumnNames names) =>
        [new(names.Score, NumberDataViewType.Single, ScoreAnnotations.For("Ranking", "Score").ToAnnotations())];

    protected override Delegate[] Getters(RowScores scores) => [(ValueGetter<float>)((ref float value) => value = scores()[0])];

    private static Tensor PerDocument(Tensor outputs, Tensor labels) => labels.view(outputs.shape[0], outputs.shape[1], -1);

    private static (Tensor Relevance, Tensor Mask) Read(Tensor pairs)
    {
        var relevance = pairs.select(2, 0);
        return (Known(relevance), relevance.isnan().logical_not().to_type(ScalarType.Float32));
    }

    private static Tensor Known(Tensor values) => where(values.isnan(), zeros(1, values.dtype, values.device), values);
}
