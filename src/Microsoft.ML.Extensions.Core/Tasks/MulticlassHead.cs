using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>Multiclass classification, one of K classes from a key label: softmax and cross-entropy.</summary>
internal sealed class MulticlassTask()
    : TaskKind("Multiclass", isClassification: true, "a key (use ml.Transforms.Conversion.MapValueToKey)")
{
    public static MulticlassTask Instance { get; } = new();

    protected override bool Accepts(SchemaShape.Column column) => column.IsKey;

    protected override void CheckSize(DataViewSchema.Column column)
    {
        if (((KeyDataViewType)column.Type).Count > SizeLimits.MaxKeys)
        {
            throw SchemaColumns.WrongType(
                column.Name, "Label", $"a key of at most {SizeLimits.MaxKeys.ToString("n0", CultureInfo.InvariantCulture)} values "
                + "(MapValueToKey numbers those that occur; Hash takes numberOfBits up to 24)", column.Type.ToString()!);
        }
    }

    public override RowLabel LabelReader(DataViewRow row, DataViewSchema.Column label) =>
        ScalarReaders.Label(ScalarReaders.Key(row, label));

    public override TaskHead CreateHead(DataViewSchema.Column label, LabelStatistics statistics)
    {
        RequireTwoClasses(label, statistics);
        return new MulticlassHead(new HeadDescription(Name, (int)((KeyDataViewType)label.Type).Count, KeyNames.From(label)));
    }

    protected override string? Fault(HeadDescription description) =>
        description.Outputs is < 2 or > SizeLimits.MaxKeys ? $"it has {description.Outputs} classes; allowed are 2 to {SizeLimits.MaxKeys}"
        : description.Classes is { } classes && classes.Values.Length != description.Outputs
            ? $"it has {description.Outputs} classes and {classes.Values.Length} names of them"
        : description.Classes?.Fault();

    protected override TaskHead HeadOf(HeadDescription description) => new MulticlassHead(description);

    protected override TaskHead Example(SchemaShape.Column label) =>
        new MulticlassHead(new HeadDescription(Name, 2, KeyNames.From(label, 2)));
}

/// <summary><c>PredictedLabel</c> as a key, <c>Score</c> as the classes' probabilities.</summary>
internal sealed class MulticlassHead(HeadDescription description) : TaskHead(description), IRowHead
{
    private const string Kind = "MulticlassClassification";

    public override Tensor Loss(Tensor outputs, Tensor labels, double labelSmoothing) =>
        nn.functional.cross_entropy(
            outputs, labels.to_type(ScalarType.Int64), reduction: nn.Reduction.None, label_smoothing: labelSmoothing);

    public override Tensor? Right(Tensor outputs, Tensor labels) => outputs.argmax(-1).eq(labels);

    public override TaskKind Task => MulticlassTask.Instance;

    public override string? DistanceObstacle => null;

    public override Tensor Distance(Tensor outputs, Tensor wanted, TaskHead teacher, double temperature) =>
        (wanted.Scaled(1 / temperature).softmax(-1) * outputs.Scaled(1 / temperature).log_softmax(-1)).sum([-1])
        .Scaled(-temperature * temperature);

    // A class whose probability is above one half.
    public override double LossOfRight => Math.Log(2);

    public override void SetTargets(ReadOnlySpan<float> label, Span<double> targets)
    {
        targets.Clear();
        targets[(int)label[0]] = 1;
    }

    public override Tensor Activate(Tensor outputs) => outputs.softmax(-1);

    public void Activate(Span<float> outputs)
    {
        var largest = Largest(outputs);
        var sum = 0f;
        foreach (ref var output in outputs)
        {
            output = MathF.Exp(output - largest);
            sum += output;
        }
        foreach (ref var output in outputs)
        {
            output /= sum;
        }
    }

    public int Means => Outputs;

    public void AddMeans(ReadOnlySpan<float> outputs, Span<double> sum)
    {
        var largest = (double)Largest(outputs);
        var total = 0.0;
        foreach (var output in outputs)
        {
            total += Math.Exp(output - largest);
        }
        for (var i = 0; i < outputs.Length; i++)
        {
            sum[i] += Math.Exp(outputs[i] - largest) / total;
        }
    }

    public void FromMeans(ReadOnlySpan<double> mean, Span<float> outputs)
    {
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = (float)Math.Log(Math.Max(mean[i], Numbers.LeastProbability));
        }
    }

    private static float Largest(ReadOnlySpan<float> outputs)
    {
        var largest = outputs[0];
        foreach (var output in outputs)
        {
            largest = MathF.Max(largest, output);
        }
        return largest;
    }

    public override Tensor ToMeans(Tensor outputs) => base.ToMeans(outputs).softmax(-1);

    // Logarithms of probabilities are logits: their exponentials already sum to 1.
    public override Tensor FromMeans(Tensor means) => base.FromMeans(means.clamp_min(Numbers.SmallestProbability).log());

    // A row without a score has no label: key 0.
    public override IReadOnlyList<OnnxValue> ToOnnx(OnnxGraph graph, OnnxValue outputs)
    {
        var scores = graph.Softmax(outputs, 1);
        var best = graph.Plus(graph.Op("ArgMax", [scores], ("axis", 1L), ("keepdims", 1L)), graph.Constant([1L]));
        var isMissing = graph.Op("IsNaN", [graph.Sum(scores, keep: true, 1)]);
        return [graph.Cast(graph.Op("Where", [isMissing, graph.Constant([0L]), best]), OnnxType.UInt32), scores];
    }

    public override OnnxValue ToMeans(OnnxGraph graph, OnnxValue outputs) => graph.Softmax(outputs, 1);

    public override OnnxValue FromMeans(OnnxGraph graph, OnnxValue means) => graph.LogOfProbability(means);

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns(OutputColumnNames names)
    {
        var label = ScoreAnnotations.For(Kind, "PredictedLabel");
        var score = ScoreAnnotations.For(Kind, "Score");
        Description.Classes?.AddKeyValues(label);
        Description.Classes?.AddSlotNames(score);
        return
        [
            new(names.PredictedLabel, new KeyDataViewType(typeof(uint), Outputs), label.ToAnnotations()),
            new(names.Score, new VectorDataViewType(NumberDataViewType.Single, Outputs), score.ToAnnotations()),
        ];
    }

    protected override Delegate[] Getters(RowScores scores) =>
    [
        (ValueGetter<uint>)((ref uint value) => value = (uint)ArgMax(scores()) + 1),
        (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            var row = scores();
            var editor = VBufferEditor.Create(ref value, row.Length);
            row.CopyTo(editor.Values);
            value = editor.Commit();
        }),
    ];

    private static int ArgMax(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }
}
