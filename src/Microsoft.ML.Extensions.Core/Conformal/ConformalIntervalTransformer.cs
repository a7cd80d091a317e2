using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Conformal;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ConformalIntervalTransformer), null, typeof(SignatureLoadModel), "Conformal intervals", ConformalIntervalTransformer.Loader)]

namespace Microsoft.ML.Extensions.Conformal;

/// <summary>Intervals after training.</summary>
internal sealed class ConformalIntervalTransformer(ConformalIntervals learned) : RowMapTransformer
{
    /// <summary>Frozen: it is in every model file.</summary>
    public const string Loader = "MLExtConformalInterval";

    private static readonly ModelKind Kind = new("CONFINTV", Loader, typeof(ConformalIntervalTransformer).Assembly);

    public override void Save(ModelSaveContext ctx) => ModelEntry.Save(ctx, Kind, learned);

    protected override RowMapping Bind(DataViewSchema inputSchema) =>
        new ConformalIntervalMapping(inputSchema, new IntervalBounds(inputSchema, learned.ScoreColumnName, learned.QuantilesColumnName), learned);

    private static ConformalIntervalTransformer Create(IHostEnvironment env, ModelLoadContext ctx) =>
        new(ModelEntry.Load<ConformalIntervals>(ctx, Kind).Description);
}

/// <summary>Intervals bound to a schema.</summary>
internal sealed class ConformalIntervalMapping(DataViewSchema schema, IntervalBounds bounds, ConformalIntervals learned)
    : RowMapping(schema, Outputs(bounds, learned))
{
    public override IReadOnlyList<DataViewSchema.Column> Sources => bounds.Sources;

    public override AddedGetters CreateGetters(DataViewRow input)
    {
        var read = bounds.Reader(input);
        var count = learned.Distances.Length;
        var (lower, upper, at) = (new float[count], new float[count], -1L);
        return bounds.Score.Type is VectorDataViewType ? new([Values(lower), Values(upper)]) : new([Value(lower), Value(upper)]);

        Delegate Value(float[] ends) => (ValueGetter<float>)((ref float value) =>
        {
            Compute();
            value = ends[0];
        });

        Delegate Values(float[] ends) => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            Compute();
            var editor = VBufferEditor.Create(ref value, count);
            ends.CopyTo(editor.Values);
            value = editor.Commit();
        });

        void Compute()
        {
            // A row that is asked outside of a cursor has no position of its own, and may have other values the next time.
            if (input.Position == at && input is DataViewRowCursor)
            {
                return;
            }
            var (below, above) = read();
            for (var slot = 0; slot < count; slot++)
            {
                (lower[slot], upper[slot]) = ConformalIntervals.Interval(below[slot], above[slot], learned.Distances[slot]);
            }
            at = input.Position;
        }
    }

    private static DataViewSchema.DetachedColumn[] Outputs(IntervalBounds bounds, ConformalIntervals learned)
    {
        var score = bounds.Score;
        if (IntervalColumns.Count(score) != learned.Distances.Length)
        {
            throw SchemaColumns.WrongType(score.Name, "Score", $"{learned.Distances.Length} numbers as when the intervals were learned", score.Type.ToString()!);
        }
        var annotations = new DataViewSchema.Annotations.Builder();
        if (SlotNames.Of(score) is { } names)
        {
            annotations.AddSlotNames(names.Length, () => names);
        }
        var added = annotations.ToAnnotations();
        return [new(learned.LowerColumnName, score.Type, added), new(learned.UpperColumnName, score.Type, added)];
    }
}
