using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads a pair from a row: the values of the image, then those of the sentence.</summary>
/// <param name="options">The trainer's options.</param>
/// <param name="details">The values learned from the data.</param>
/// <param name="column">The column that it is read as.</param>
internal sealed class ImageTextInput(ImageTextOptions options, ImageTextDetails details, InputColumn column) : IModelInput
{
    public DataViewType Type => details.Image.Type;

    public BoundInput Bind(DataViewSchema schema)
    {
        var image = details.Image.Bind(schema, options.FeatureColumnName);
        var text = details.Text.Bind(schema, options.Sentences);
        return new([image, text], (row, _) => new Reader(row, column, Images(row, image), Sentences(row, text)));
    }

    /// <summary>Reads the images of rows.</summary>
    public ImageReader Images(DataViewRow row, DataViewSchema.Column image) =>
        ImageReader.Of(row, image, details.Image, options.Image, options.MissingValues);

    /// <summary>Reads the sentences of rows.</summary>
    public SentenceReader Sentences(DataViewRow row, DataViewSchema.Column text) =>
        SentenceReader.Of(row, text, details.Text, options.Text, options.MissingValues);

    private sealed class Reader(DataViewRow row, InputColumn column, ImageReader images, SentenceReader sentences)
        : InputReader(row, column)
    {
        private float[] _pair = [];

        protected override int Fetch()
        {
            _pair = [.. images.Read(), .. sentences.Read()];
            return _pair.Length;
        }

        protected override ReadOnlySpan<float> Values(int length) => _pair;
    }
}
