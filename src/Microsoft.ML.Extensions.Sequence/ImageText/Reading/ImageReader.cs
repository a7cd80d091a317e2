using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads the image of the current row; one buffer serves all rows.</summary>
internal abstract class ImageReader(DataViewRow row, string column, ImageFormat format)
{
    /// <summary>The image's values, valid until the next call.</summary>
    protected float[] Values { get; } = new float[format.Values];

    /// <param name="row">Where to read.</param>
    /// <param name="column">A column of the format.</param>
    /// <param name="format">The format.</param>
    /// <param name="options">How files are read.</param>
    /// <param name="missing">What to do with NaN.</param>
    public static ImageReader Of(
        DataViewRow row, DataViewSchema.Column column, ImageFormat format, ImageChannelOptions options, MissingValues missing) =>
        column.Type is ImageDataViewType ? new Memory(row, column, format)
        : column.Type is TextDataViewType ? new Files(row, column, format, options.MaxPixels)
        : new Given(row, column, format, missing);

    /// <summary>The image's values, valid until the next call.</summary>
    /// <exception cref="InvalidDataException">The image cannot be read; the message names column, row and path.</exception>
    public abstract ReadOnlySpan<float> Read();

    protected InvalidDataException Refuse(string what, Exception? inner = null) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Column '{column}', row {row.Position}: {what}"), inner);

    private sealed class Memory(DataViewRow row, DataViewSchema.Column column, ImageFormat format) : ImageReader(row, column.Name, format)
    {
        private readonly ValueGetter<MLImage> _getter = row.GetGetter<MLImage>(column);
        private readonly PixelReader _pixels = new(format.Frame!);
        private MLImage? _image;

        public override ReadOnlySpan<float> Read()
        {
            _getter(ref _image!);
            if (_image is null)
            {
                throw Refuse("the image is missing.");
            }
            _pixels.Read(_image, Values);
            return Values;
        }
    }

    private sealed class Files(DataViewRow row, DataViewSchema.Column column, ImageFormat format, int maxPixels)
        : ImageReader(row, column.Name, format)
    {
        private readonly ValueGetter<ReadOnlyMemory<char>> _getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        private readonly ImageFile _file = new(maxPixels);
        private readonly PixelReader _pixels = new(format.Frame!);
        private ReadOnlyMemory<char> _path;

        public override ReadOnlySpan<float> Read()
        {
            _getter(ref _path);
            try
            {
                _file.Read(_path.IsEmpty ? throw new InvalidDataException("the path of an image is empty.") : _path.ToString());
            }
            catch (InvalidDataException e)
            {
                throw Refuse(e.Message, e);
            }
            _pixels.Read(_file, Values);
            return Values;
        }
    }

    private sealed class Given(DataViewRow row, DataViewSchema.Column column, ImageFormat format, MissingValues missing)
        : ImageReader(row, column.Name, format)
    {
        private readonly VectorReader _vector = new(row, column, missing);

        public override ReadOnlySpan<float> Read() => _vector.Read();
    }
}
