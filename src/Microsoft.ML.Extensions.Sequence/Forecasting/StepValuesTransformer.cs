using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Puts the channels of a step into one vector, and its time into a number, which a <see cref="ForecastingEngine{TIn, TOut}"/> reads.</summary>
internal sealed class StepValuesTransformer(SequenceWindowOptions options) : RowMapTransformer
{
    protected override RowMapping Bind(DataViewSchema inputSchema) =>
        new Mapping(inputSchema, inputSchema.FindKnownSingles(options.ChannelColumnNames, "Input"), TimeAxis.Find(inputSchema, options));

    public override void Save(ModelSaveContext ctx) =>
        throw new NotSupportedException(
            "A forecasting engine's transformers cannot be saved; save the model it was created from, and the state with SaveState.");

    private sealed class Mapping(DataViewSchema schema, DataViewSchema.Column[] columns, DataViewSchema.Column? time) : RowMapping(
        schema,
        [
            new(StepValues.ValuesColumn, new VectorDataViewType(NumberDataViewType.Single, columns.Width())),
            new(StepValues.TimeColumn, NumberDataViewType.Int64),
        ])
    {
        public override IReadOnlyList<DataViewSchema.Column> Sources { get; } = time is { } column ? [.. columns, column] : columns;

        public override AddedGetters CreateGetters(DataViewRow input)
        {
            var values = new ConcatenatedValues(input, columns);
            var ticks = time is { } source ? TimeColumn.Create(input, source) : () => 0;
            return new(
            [
                (ValueGetter<VBuffer<float>>)((ref VBuffer<float> step) =>
                {
                    var read = values.Read();
                    var editor = VBufferEditor.Create(ref step, read.Length);
                    read.CopyTo(editor.Values);
                    step = editor.Commit();
                }),
                (ValueGetter<long>)((ref long at) => at = ticks()),
            ]);
        }
    }
}
