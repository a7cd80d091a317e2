using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>Yes or no from a Boolean label: one logit and its cross-entropy.</summary>
internal sealed class BinaryTask() : TaskKind("Binary", isClassification: true, "a Boolean")
{
    public static BinaryTask Instance { get; } = new();

    protected override bool Accepts(SchemaShape.Column column) => column.ItemType == BooleanDataViewType.Instance;

    public override RowLabel LabelReader(DataViewRow row, DataViewSchema.Column label) =>
        ScalarReaders.Label(ScalarReaders.Boolean(row, label));

    public override TaskHead CreateHead(DataViewSchema.Column label, LabelStatistics statistics)
    {
        RequireTwoClasses(label, statistics);
        return new BinaryHead(new HeadDescription(Name, 1));
    }

    protected override string? Fault(HeadDescription description) =>
        description.Outputs == 1 ? null : $"it has {description.Outputs} outputs and not 1";

    protected override TaskHead HeadOf(HeadDescription description) => new BinaryHead(description);

    protected override TaskHead Example(SchemaShape.Column label) => new BinaryHead(new HeadDescription(Name, 1));
}

/// <summary><c>PredictedLabel</c>, <c>Score</c> as the logit, <c>Probability</c> of true.</summary>
internal class BinaryHead(HeadDescription description) : TaskHead(description), IRowHead
{
    private const string Kind = "BinaryClassification";

    public override Tensor Loss(Tensor outputs, Tensor labels, double labelSmoothing)
    {
        using Scalar kept = 1 - labelSmoothing, spread = labelSmoothing / 2;
        return nn.functional.binary_cross_entropy_with_logits(
            outputs.squeeze(-1), (labels * kept).Plus(spread), reduction: nn.Reduction.None);
    }

    public override Tensor? Right(Tensor outputs, Tensor labels) => outputs.squeeze(-1).gt(Numbers.Zero).eq(labels.gt(Numbers.Zero));

    public override TaskKind Task => BinaryTask.Instance;

    public override string? DistanceObstacle => null;

    public override Tensor Distance(Tensor outputs, Tensor wanted, TaskHead teacher, double temperature) =>
        Loss(outputs.Scaled(1 / temperature), wanted.Scaled(1 / temperature).sigmoid().squeeze(-1), labelSmoothing: 0)
        .Scaled(temperature * temperature);

    // A class whose probability is above one half.
    public override double LossOfRight => Math.Log(2);

    public override void SetTargets(ReadOnlySpan<float> label, Span<double> targets) => targets[0] = label[0] > 0 ? 1 : -1;

    public override Tensor Activate(Tensor outputs) => outputs;

    public void Activate(Span<float> outputs)
    {
    }

    public int Means => 2;

    public void AddMeans(ReadOnlySpan<float> outputs, Span<double> sum)
    {
        sum[0] += 1 / (1 + Math.Exp(-(double)outputs[0]));
        sum[1] += 1 / (1 + Math.Exp(outputs[0]));
    }

    public void FromMeans(ReadOnlySpan<double> mean, Span<float> outputs) =>
        outputs[0] = (float)(Math.Log(Math.Max(mean[0], Numbers.LeastProbability)) - Math.Log(Math.Max(mean[1], Numbers.LeastProbability)));

    // Both probabilities are computed, since 1 - p loses the digits of a p near 1.
    public override Tensor ToMeans(Tensor outputs)
    {
        var logits = base.ToMeans(outputs);
        return cat([logits.sigmoid(), logits.neg().sigmoid()], -1);
    }

    public override Tensor FromMeans(Tensor means)
    {
        var logarithms = means.clamp_min(Numbers.SmallestProbability).log();
        return base.FromMeans(logarithms.narrow(-1, 0, 1).Minus(logarithms.narrow(-1, 1, 1)));
    }

    public override IReadOnlyList<OnnxValue> ToOnnx(OnnxGraph graph, OnnxValue outputs) =>
        [graph.Op("Greater", [outputs, graph.Number(0)]), outputs, graph.Op("Sigmoid", [outputs])];

    public override OnnxValue ToMeans(OnnxGraph graph, OnnxValue outputs) =>
        graph.Concat(1, graph.Op("Sigmoid", [outputs]), graph.Op("Sigmoid", [graph.Op("Neg", [outputs])]));

    public override OnnxValue FromMeans(OnnxGraph graph, OnnxValue means)
    {
        var logarithms = graph.LogOfProbability(means);
        return graph.Minus(graph.Slice(logarithms, 1, 0, 1), graph.Slice(logarithms, 1, 1, 2));
    }

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns(OutputColumnNames names) =>
    [
        new(names.PredictedLabel, BooleanDataViewType.Instance, ScoreAnnotations.For(Kind, "PredictedLabel").ToAnnotations()),
        new(names.Score, NumberDataViewType.Single, ScoreAnnotations.For(Kind, "Score").ToAnnotations()),
        new(names.Probability, NumberDataViewType.Single, ScoreAnnotations.For(Kind, "Probability").ToAnnotations()),
    ];

    protected override Delegate[] Getters(RowScores scores) =>
    [
        (ValueGetter<bool>)((ref bool value) => value = scores()[0] > 0),
        (ValueGetter<float>)((ref float value) => value = scores()[0]),
        (ValueGetter<float>)((ref float value) => value = 1 / (1 + MathF.Exp(-scores()[0]))),
    ];
}
