using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>Regression of a Single label: squared error of the standardised target.</summary>
internal sealed class RegressionTask()
    : TaskKind("Regression", isClassification: false, "a Single (use ml.Transforms.Conversion.ConvertType)")
{
    public static RegressionTask Instance { get; } = new();

    protected override bool Accepts(SchemaShape.Column column) => !column.IsKey && column.ItemType == NumberDataViewType.Single;

    public override RowLabel LabelReader(DataViewRow row, DataViewSchema.Column label) =>
        ScalarReaders.Label(ScalarReaders.Single(row, label));

    public override TaskHead CreateHead(DataViewSchema.Column label, LabelStatistics statistics)
    {
        if (!double.IsFinite(statistics.Mean))
        {
            throw new InvalidOperationException($"Label column '{label.Name}' has an infinite value; remove such rows.");
        }
        // A constant target has no scale, and any scale works, since the bias alone fits it.
        var scale = statistics.StandardDeviation > 0 ? Math.Max(statistics.StandardDeviation, float.Epsilon) : 1;
        return new RegressionHead(new HeadDescription(Name, 1, Mean: statistics.Mean, Scale: scale));
    }

    protected override string? Fault(HeadDescription description) =>
        description.Outputs != 1 ? $"it has {description.Outputs} outputs and not 1"
        : Math.Abs(description.Mean) <= float.MaxValue && description.Scale is > 0 and <= float.MaxValue ? null
        : string.Create(CultureInfo.InvariantCulture,
            $"its mean is {description.Mean} and its deviation {description.Scale}, which no label has");

    protected override TaskHead HeadOf(HeadDescription description) => new RegressionHead(description);

    protected override TaskHead Example(SchemaShape.Column label) => new RegressionHead(new HeadDescription(Name, 1));
}

/// <summary><c>Score</c> in the label's units; the network itself works with the standardised target.</summary>
internal sealed class RegressionHead(HeadDescription description) : TaskHead(description), IRowHead
{
    // Their creation loads libtorch, which scoring can do without.
    private readonly Lazy<Units> _units = Later(description.Mean, description.Scale);

    public override Tensor Loss(Tensor outputs, Tensor labels, double labelSmoothing) =>
        outputs.squeeze(-1).Minus(labels.Minus(_units.Value.Mean) / _units.Value.Scale).Squared();

    public override TaskKind Task => RegressionTask.Instance;

    public override string? DistanceObstacle => null;

    public override Tensor Distance(Tensor outputs, Tensor wanted, TaskHead teacher, double temperature) =>
        Loss(outputs, teacher.Activate(wanted).squeeze(-1), labelSmoothing: 0);

    // The loss of an error of 3 % of the target's deviation.
    public override double LossOfRight => 1e-3;

    public override void SetTargets(ReadOnlySpan<float> label, Span<double> targets) =>
        targets[0] = (label[0] - Description.Mean) / Description.Scale;

    public override Tensor Activate(Tensor outputs) => (outputs * _units.Value.Scale).Plus(_units.Value.Mean);

    public void Activate(Span<float> outputs) => outputs[0] = (outputs[0] * (float)Description.Scale) + (float)Description.Mean;

    public int Means => 1;

    public void AddMeans(ReadOnlySpan<float> outputs, Span<double> sum) => sum[0] += outputs[0];

    public void FromMeans(ReadOnlySpan<double> mean, Span<float> outputs) => outputs[0] = (float)mean[0];

    public override IReadOnlyList<OnnxValue> ToOnnx(OnnxGraph graph, OnnxValue outputs) =>
        [graph.Plus(graph.Scaled(outputs, Description.Scale), graph.Number(Description.Mean))];

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns(OutputColumnNames names) =>
        [new(names.Score, NumberDataViewType.Single, ScoreAnnotations.For("Regression", "Score").ToAnnotations())];

    protected override Delegate[] Getters(RowScores scores) => [(ValueGetter<float>)((ref float value) => value = scores()[0])];

    private static Lazy<Units> Later(double mean, double scale) => new(() => new Units(mean, scale));

    private sealed class Units(double mean, double scale)
    {
        public readonly Scalar Mean = mean;
        public readonly Scalar Scale = scale;
    }
}
