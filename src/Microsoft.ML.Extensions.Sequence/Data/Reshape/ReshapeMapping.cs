using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reshape bound to a schema.</summary>
internal sealed class ReshapeMapping : RowMapping
{
    private readonly SequenceReshapeOptions _options;
    private readonly DataViewSchema.Column[] _inputs;

    public ReshapeMapping(DataViewSchema schema, SequenceReshapeOptions options)
        : this(schema, options, schema.FindSingles(options.InputColumnNames, "Input"))
    {
    }

    private ReshapeMapping(DataViewSchema schema, SequenceReshapeOptions options, DataViewSchema.Column[] inputs)
        : base(schema, [Output(options, inputs)]) => (_options, _inputs) = (options, inputs);

    public override IReadOnlyList<DataViewSchema.Column> Sources => _inputs;

    public override AddedGetters CreateGetters(DataViewRow input)
    {
        var reader = new ConcatenatedValues(input, _inputs);
        ValueGetter<VBuffer<float>> getter = (ref VBuffer<float> sequence) =>
        {
            var values = reader.Read();
            var shape = Shape(reader.Widths, input.Position);
            var editor = VBufferEditor.Create(ref sequence, values.Length);
            ReshapePlan.Arrange(values, editor.Values, _options.Layout, shape);
            sequence = editor.Commit();
        };
        return new([getter]);
    }

    public override void WriteOnnx(OnnxContext context)
    {
        var graph = new OnnxModelGraph(context, _options.OutputColumnName);
        OnnxValue[] parts = [.. _inputs.Select(input => graph.Reshape(graph.Column(input.Name), 0, -1))];
        var values = parts.Length == 1 ? parts[0] : graph.Concat(1, parts);
        // What is not given follows from the number of values.
        var (steps, channels) = (_options.Channels is null ? _options.Steps!.Value : -1L, _options.Channels ?? -1L);
        var sequence = _options.Layout == SequenceLayout.TimeMajor ? graph.Reshape(values, 0, steps, channels)
            : graph.Transpose(graph.Reshape(values, 0, channels, steps), 0, 2, 1);
        graph.AddColumn(_options.OutputColumnName, OutputSchema[_options.OutputColumnName].Type, sequence);
    }

    private (int Steps, int Channels) Shape(int[] widths, long position)
    {
        try
        {
            return ReshapePlan.Shape(_options, _inputs, widths);
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException($"Row {position}: {e.Message}", e);
        }
    }

    private static DataViewSchema.DetachedColumn Output(SequenceReshapeOptions options, DataViewSchema.Column[] inputs)
    {
        var widths = inputs.Select(SingleColumns.Width).ToArray();
        if (widths.Contains(0))
        {
            return new(options.OutputColumnName, UnknownSizeType(options, inputs[Array.IndexOf(widths, 0)]));
        }
        var (steps, channels) = ReshapePlan.Shape(options, inputs, widths);
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddSlotNames(widths.Sum(), () => Arranged(Names(inputs), options.Layout, (steps, channels)));
        var type = new VectorDataViewType(NumberDataViewType.Single, steps, channels);
        return new(options.OutputColumnName, type, annotations.ToAnnotations());
    }

    private static VectorDataViewType UnknownSizeType(SequenceReshapeOptions options, DataViewSchema.Column unknown) =>
        options.Channels is { } channels && IsPossible(options.Steps ?? 1, channels)
            ? new(NumberDataViewType.Single, options.Steps ?? 0, channels)
            : throw SchemaColumns.WrongType(
                unknown.Name, "Input", "of known size where only Steps is set (set Channels instead)", unknown.Type.ToString()!);

    private static bool IsPossible(int steps, int channels) => SizeLimits.OfColumn(
        "A sequence of Steps and Channels", SizeLimits.MaxValues, "Make one of them smaller.", steps, channels) > 0;

    private static string[] Names(DataViewSchema.Column[] inputs) =>
        inputs is [{ Type: VectorDataViewType } single] ? ValueNames.OfSlots(single)! : ValueNames.Of(inputs);

    private static string[] Arranged(string[] names, SequenceLayout layout, (int Steps, int Channels) shape)
    {
        var arranged = new string[names.Length];
        ReshapePlan.Arrange<string>(names, arranged, layout, shape);
        return arranged;
    }
}
