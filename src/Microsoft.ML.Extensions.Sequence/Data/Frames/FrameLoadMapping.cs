using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>LoadFrames bound to a schema.</summary>
internal sealed class FrameLoadMapping(DataViewSchema schema, FrameLoadOptions options) : RowMapping(schema, [Output(schema, options)])
{
    private const int MostNames = 1 << 14;

    public override IReadOnlyList<DataViewSchema.Column> Sources => [InputSchema[options.InputColumnName]];

    public override AddedGetters CreateGetters(DataViewRow input) =>
        new([Sources[0].Type is VectorDataViewType ? Vector(input) : Scalar(input)]);

    public static ArgumentOutOfRangeException NotText(string name, string got) =>
        SchemaColumns.WrongType(name, "Input", "a text or a vector of texts, the paths of image files", got);

    private int FrameValues => options.Channels * options.Height * options.Width;

    private ValueGetter<VBuffer<float>> Scalar(DataViewRow input)
    {
        var source = input.GetGetter<ReadOnlyMemory<char>>(Sources[0]);
        var reader = new FrameReader(options);
        ReadOnlyMemory<char> path = default;
        return (ref VBuffer<float> frame) =>
        {
            source(ref path);
            var editor = VBufferEditor.Create(ref frame, FrameValues);
            Read(reader, path, editor.Values, input.Position, null);
            frame = editor.Commit();
        };
    }

    private ValueGetter<VBuffer<float>> Vector(DataViewRow input)
    {
        var source = input.GetGetter<VBuffer<ReadOnlyMemory<char>>>(Sources[0]);
        var reader = new FrameReader(options);
        VBuffer<ReadOnlyMemory<char>> paths = default;
        return (ref VBuffer<float> frames) =>
        {
            source(ref paths);
            var editor = VBufferEditor.Create(
                ref frames, SizeLimits.OfRow($"Row {input.Position} of column '{options.InputColumnName}'", paths.Length, FrameValues));
            var index = 0;
            foreach (var path in paths.DenseValues())
            {
                Read(reader, path, editor.Values.Slice(index * FrameValues, FrameValues), input.Position, index);
                index++;
            }
            frames = editor.Commit();
        };
    }

    private void Read(FrameReader reader, ReadOnlyMemory<char> path, Span<float> frame, long row, int? index)
    {
        try
        {
            reader.Read(path.ToString(), frame);
        }
        catch (InvalidDataException e)
        {
            var place = index is null ? "" : $", frame {index}";
            throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"Column '{options.InputColumnName}', row {row}{place}: {e.Message}"), e);
        }
    }

    /// <summary>Whether values have slot names: not where a frame has too many values.</summary>
    public static bool HasSlotNames(FrameLoadOptions options) => (long)options.Channels * options.Height * options.Width <= MostNames;

    private static DataViewSchema.DetachedColumn Output(DataViewSchema schema, FrameLoadOptions options)
    {
        var input = schema.Find(options.InputColumnName, "Input");
        if (input.Type.ItemType() != TextDataViewType.Instance)
        {
            throw NotText(input.Name, input.Type.ToString()!);
        }
        int[] frame = [options.Channels, options.Height, options.Width];
        SizeLimits.OfColumn(
            $"A row of the images named in column '{input.Name}'", SizeLimits.MaxValues, "Take fewer or smaller images.",
            Math.Max(1, input.Type is VectorDataViewType paths ? paths.Size : 1), options.Channels, options.Height, options.Width);
        var type = new VectorDataViewType(
            NumberDataViewType.Single, input.Type is VectorDataViewType vector ? [vector.Size, .. frame] : frame);
        var annotations = new DataViewSchema.Annotations.Builder();
        if (type.IsKnownSize && HasSlotNames(options))
        {
            annotations.AddSlotNames(type.Size, () => [.. Places(type.Dimensions).Select(place => $"{input.Name}[{place}]")]);
        }
        return new(options.OutputColumnName, type, annotations.ToAnnotations());
    }

    // "1, 0, 7, 3" for frame, colour, line, pixel; in the order of the values.
    private static IEnumerable<string> Places(IReadOnlyList<int> dimensions) => dimensions.Skip(1).Aggregate(
        Enumerable.Range(0, dimensions[0]).Select(index => $"{index}"),
        (places, size) => places.SelectMany(place => Enumerable.Range(0, size).Select(index => $"{place}, {index}")));
}
