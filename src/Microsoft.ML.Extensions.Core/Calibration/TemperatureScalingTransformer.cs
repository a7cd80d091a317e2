using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Calibration;
using Microsoft.ML.Extensions.Conformal;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(TemperatureScalingTransformer), null, typeof(SignatureLoadModel), "Temperature scaling", TemperatureScalingTransformer.Loader)]

namespace Microsoft.ML.Extensions.Calibration;

/// <summary>Calibrated probabilities after training.</summary>
internal sealed class TemperatureScalingTransformer(TemperatureScaling learned) : RowMapTransformer
{
    /// <summary>Frozen: it is in every model file.</summary>
    public const string Loader = "MLExtTemperature";

    private static readonly ModelKind Kind = new("TEMPSCAL", Loader, typeof(TemperatureScalingTransformer).Assembly);

    public override void Save(ModelSaveContext ctx) => ModelEntry.Save(ctx, Kind, learned);

    protected override RowMapping Bind(DataViewSchema inputSchema) =>
        new TemperatureScalingMapping(inputSchema, new SetColumns(inputSchema, learned.ScoreColumnName, learned.PredictedLabelColumnName), learned);

    private static TemperatureScalingTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(ModelEntry.Load<TemperatureScaling>(ctx, Kind).Description);
}

/// <summary>Calibrated probabilities bound to a schema.</summary>
internal sealed class TemperatureScalingMapping(DataViewSchema schema, SetColumns columns, TemperatureScaling learned)
    : RowMapping(schema, [Output(columns, learned)])
{
    public override IReadOnlyList<DataViewSchema.Column> Sources => [columns.Score];

    public override AddedGetters CreateGetters(DataViewRow input)
    {
        var (read, logits) = (columns.Reader(input), new double[columns.Count]);
        return new([(ValueGetter<VBuffer<float>>)((ref VBuffer<float> score) =>
        {
            var editor = VBufferEditor.Create(ref score, logits.Length);
            learned.Apply(read(), logits, editor.Values);
            score = editor.Commit();
        })]);
    }

    public override void WriteOnnx(OnnxContext context)
    {
        var graph = new OnnxModelGraph(context, learned.ScoreColumnName);
        var shares = graph.Cast(graph.Column(learned.ScoreColumnName), OnnxType.Double);
        var logits = graph.Op("Log", [graph.Op("Max", [shares, graph.Constant([TemperatureScaling.LeastProbability])])]);
        var calibrated = graph.Softmax(graph.Cast(graph.Times(logits, graph.Constant([learned.Factor])), OnnxType.Single), 1);
        graph.AddColumn(learned.ScoreColumnName, OutputSchema[learned.ScoreColumnName].Type, calibrated);
    }

    private static DataViewSchema.DetachedColumn Output(SetColumns columns, TemperatureScaling learned)
    {
        if (columns.Count != learned.Classes)
        {
            throw SchemaColumns.WrongType(
                columns.Score.Name, "Score", $"{learned.Classes} probabilities as when the temperature was learned", columns.Score.Type.ToString()!);
        }
        return new(columns.Score.Name, columns.Score.Type, columns.Score.Annotations);
    }
}
