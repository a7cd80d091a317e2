using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Standardize bound to a schema.</summary>
internal sealed class StandardizeMapping(DataViewSchema schema, Standardization learned) : RowMapping(schema, [Output(schema, learned)])
{
    public override IReadOnlyList<DataViewSchema.Column> Sources => [InputSchema[learned.InputColumnName]];

    public override AddedGetters CreateGetters(DataViewRow input)
    {
        var source = input.GetGetter<VBuffer<float>>(Sources[0]);
        VBuffer<float> values = default;
        VBuffer<float> dense = default;
        ValueGetter<VBuffer<float>> getter = (ref VBuffer<float> sequence) =>
        {
            source(ref values);
            values.CopyToDense(ref dense);
            var editor = VBufferEditor.Create(ref sequence, dense.Length);
            learned.Apply(dense.GetValues(), editor.Values);
            Check(dense.GetValues(), editor.Values, input.Position);
            sequence = editor.Commit();
        };
        return new([getter]);
    }

    public override void WriteOnnx(OnnxContext context)
    {
        var graph = new OnnxModelGraph(context, learned.OutputColumnName);
        var rows = graph.Cast(graph.Reshape(graph.Column(learned.InputColumnName), 0, -1, learned.Channels), OnnxType.Double);
        var standard = graph.Over(
            graph.Minus(rows, graph.Constant(learned.Mean, learned.Channels)), graph.Constant(learned.Scale, learned.Channels));
        graph.AddColumn(learned.OutputColumnName, OutputSchema[learned.OutputColumnName].Type, graph.Cast(standard, OnnxType.Single));
    }

    // A value too far from the mean for Single would overflow.
    private void Check(ReadOnlySpan<float> values, ReadOnlySpan<float> standardized, long row)
    {
        var place = standardized.IndexOfAny(float.PositiveInfinity, float.NegativeInfinity);
        if (place >= 0)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"Column '{learned.InputColumnName}', row {row}: the value {values[place]} at step {place / learned.Channels}, channel {place % learned.Channels} "
                + $"is infinite, or too far from the mean {learned.Mean[place % learned.Channels]} for its scale {learned.Scale[place % learned.Channels]}."));
        }
    }

    private static DataViewSchema.DetachedColumn Output(DataViewSchema schema, Standardization learned)
    {
        var column = schema.FindSequence(learned.InputColumnName, "Input");
        var type = (VectorDataViewType)column.Type;
        if (SequenceShape.Channels(type) != learned.Channels)
        {
            throw SchemaColumns.WrongType(column.Name, "Input", $"a sequence of {learned.Channels} channels as in training", $"{type}");
        }
        var annotations = new DataViewSchema.Annotations.Builder();
        if (type.IsKnownSize)
        {
            annotations.AddSlotNames(type.Size, () => ValueNames.OfSlots(column)!);
        }
        if (ChannelNames.Find(column) is { } channels)
        {
            annotations.AddChannelNames(channels);
        }
        annotations.AddKnown(WindowPlaces.Known(column));
        annotations.AddPrimitiveValue("IsNormalized", BooleanDataViewType.Instance, true);
        return new(learned.OutputColumnName, type, annotations.ToAnnotations());
    }
}
