using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Conformal;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ConformalSetTransformer), null, typeof(SignatureLoadModel), "Conformal sets", ConformalSetTransformer.Loader)]

namespace Microsoft.ML.Extensions.Conformal;

/// <summary>Sets of classes after training.</summary>
internal sealed class ConformalSetTransformer(ConformalSets learned) : RowMapTransformer
{
    /// <summary>Frozen: it is in every model file.</summary>
    public const string Loader = "MLExtConformalSet";

    private static readonly ModelKind Kind = new("CONFSETS", Loader, typeof(ConformalSetTransformer).Assembly);

    public override void Save(ModelSaveContext ctx) => ModelEntry.Save(ctx, Kind, learned);

    protected override RowMapping Bind(DataViewSchema inputSchema) =>
        new ConformalSetMapping(inputSchema, new SetColumns(inputSchema, learned.ScoreColumnName, learned.PredictedLabelColumnName), learned);

    private static ConformalSetTransformer Create(IHostEnvironment env, ModelLoadContext ctx) => new(ModelEntry.Load<ConformalSets>(ctx, Kind).Description);
}

/// <summary>Sets of classes bound to a schema.</summary>
internal sealed class ConformalSetMapping(DataViewSchema schema, SetColumns columns, ConformalSets learned) : RowMapping(schema, [Output(columns, learned)])
{
    public override IReadOnlyList<DataViewSchema.Column> Sources => [columns.Score];

    public override AddedGetters CreateGetters(DataViewRow input)
    {
        var read = columns.Reader(input);
        return new([(ValueGetter<VBuffer<uint>>)((ref VBuffer<uint> set) =>
        {
            var kinds = learned.Of(read());
            var editor = VBufferEditor.Create(ref set, kinds.Length);
            for (var place = 0; place < kinds.Length; place++)
            {
                editor.Values[place] = (uint)kinds[place] + 1;
            }
            set = editor.Commit();
        })]);
    }

    private static DataViewSchema.DetachedColumn Output(SetColumns columns, ConformalSets learned)
    {
        if (columns.Count != learned.Thresholds.Length)
        {
            throw SchemaColumns.WrongType(
                columns.Score.Name, "Score", $"{learned.Thresholds.Length} probabilities as when the sets were learned", columns.Score.Type.ToString()!);
        }
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(columns.Predicted.Annotations, name => name == "KeyValues");
        return new(learned.OutputColumnName, new VectorDataViewType((KeyDataViewType)columns.Predicted.Type), annotations.ToAnnotations());
    }
}
