using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Puts the channels of a step into one vector, which a <see cref="ForecastingEngine{TIn, TOut}"/> reads.</summary>
internal sealed class StepValuesTransformer(string[] columnNames) : RowMapTransformer
{
    protected override RowMapping Bind(DataViewSchema inputSchema) =>
        new Mapping(inputSchema, inputSchema.FindKnownSingles(columnNames, "Input"));

    public override void Save(ModelSaveContext ctx) =>
        throw new NotSupportedException(
            "A forecasting engine's transformers cannot be saved; save the model it was created from, and the state with SaveState.");

    private sealed class Mapping(DataViewSchema schema, DataViewSchema.Column[] columns) : RowMapping(
        schema, [new(nameof(StepValues.Values), new VectorDataViewType(NumberDataViewType.Single, columns.Width()))])
    {
        public override IReadOnlyList<DataViewSchema.Column> Sources => columns;

        public override AddedGetters CreateGetters(DataViewRow input)
        {
            var values = new ConcatenatedValues(input, columns);
            return new(
            [
                (ValueGetter<VBuffer<float>>)((ref VBuffer<float> step) =>
                {
                    var read = values.Read();
                    var editor = VBufferEditor.Create(ref step, read.Length);
                    read.CopyTo(editor.Values);
                    step = editor.Commit();
                }),
            ]);
        }
    }
}
