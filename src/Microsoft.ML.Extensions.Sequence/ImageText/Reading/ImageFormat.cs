using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What a model reads of an image: pixels, or features.</summary>
/// <param name="Values">The numbers of an image.</param>
/// <param name="Frame">Their shape as pixels; null for features.</param>
internal sealed record ImageFormat([property: Range(1, SizeLimits.MaxValues)] int Values, FrameShape? Frame) : ICheckedOptions
{
    private const string Allowed =
        "an image (MLImage), a text (the path of an image file), [C, H, W] of Single, or a vector of Single of known size";

    /// <summary>The column's type where images are not files or <see cref="MLImage"/>.</summary>
    [JsonIgnore]
    public DataViewType Type => Frame is { } frame
        ? new VectorDataViewType(NumberDataViewType.Single, frame.Channels, frame.Height, frame.Width)
        : new VectorDataViewType(NumberDataViewType.Single, Values);

    /// <summary>The format of a column's images.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static ImageFormat Of(DataViewSchema schema, string name, ImageChannelOptions options)
    {
        var type = schema.Find(name, "Image").Type;
        if (IsPicture(type))
        {
            return Sized(name, new FrameShape(options.Channels, options.Height, options.Width));
        }
        return IsSingles(type) ? ((VectorDataViewType)type).Dimensions switch
        {
            [> 0 and var channels, > 0 and var height, > 0 and var width] => Sized(name, new FrameShape(channels, height, width)),
            [> 0 and var count] => new(count, null),
            _ => throw Wrong(name, type.ToString()!),
        }
        : throw Wrong(name, type.ToString()!);
    }

    /// <summary>Checks a promised column, before there is data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static void Check(SchemaShape schema, string name)
    {
        var column = schema.Find(name, "Image");
        var isPicture = column.Kind == SchemaShape.Column.VectorKind.Scalar && column.ItemType is ImageDataViewType or TextDataViewType;
        if (!isPicture
            && (column.IsKey || column.Kind != SchemaShape.Column.VectorKind.Vector || column.ItemType != NumberDataViewType.Single))
        {
            throw Wrong(name, column.Describe());
        }
    }

    /// <summary>Whether a column is of images or paths, which are resized.</summary>
    public static bool IsPicture(DataViewType type) => type is ImageDataViewType or TextDataViewType;

    /// <summary>Finds the column in data to be scored.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or not what the model was trained on.</exception>
    public DataViewSchema.Column Bind(DataViewSchema schema, string name)
    {
        var column = schema.Find(name, "Image");
        var fits = IsPicture(column.Type) ? Frame is not null
            : IsSingles(column.Type) && ((VectorDataViewType)column.Type).Dimensions.SequenceEqual(((VectorDataViewType)Type).Dimensions);
        return fits ? column : throw SchemaColumns.WrongType(name, "Image",
            Frame is null ? $"a vector of {Values} Single, as in training" : $"an image, a path or {Frame} of Single, as in training",
            column.Type.ToString()!);
    }

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Frame is { } frame && (long)frame.Channels * frame.Height * frame.Width != Values)
        {
            yield return $"Values is {Values}, and an image of {frame} has another number.";
        }
    }

    private static bool IsSingles(DataViewType type) => type is VectorDataViewType vector && vector.ItemType == NumberDataViewType.Single;

    private static ImageFormat Sized(string name, FrameShape frame) => new(
        SizeLimits.OfColumn($"An image of column '{name}'", SizeLimits.MaxValues, "Take smaller images.",
            frame.Channels, frame.Height, frame.Width), frame);

    private static ArgumentOutOfRangeException Wrong(string name, string got) => SchemaColumns.WrongType(name, "Image", Allowed, got);
}
