using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads image files as frames. Needs no training; works row by row, in PredictionEngine too.</summary>
/// <remarks>
/// Input: a text (the path of one image), giving <c>[C, H, W]</c>, or a vector of texts, giving <c>[T, C, H, W]</c> in their order (T = 0
/// in the type where rows differ). Output: Single, 0 to 1, channels red, green, blue. Images of another size are resized: pixels are
/// weighted by triangles as wide as a pixel of the smaller image, so that shrinking uses every pixel; the aspect ratio is not kept.
/// Alpha is ignored: transparent pixels have the colours in the file, as with Pillow's <c>convert("RGB")</c> (a GIF has
/// none: black). The EXIF rotation of a JPEG is not applied. PNG, JPEG, GIF and WebP (their first image) and BMP are read,
/// identified by their content, not their name. Files are read whenever the data is; the pack's trainers read it once where its rows fit
/// their budget.
/// </remarks>
/// <inheritdoc cref="SequenceTransformsCatalog.LoadFrames(string, string, int, int, string)" path="/example"/>
/// <seealso href="../docs/DataIn.html">docs/DataIn.md</seealso>
public sealed class FrameLoadEstimator : IEstimator<ITransformer>
{
    private readonly FrameLoadOptions _options;

    internal FrameLoadEstimator(FrameLoadOptions options) => _options = options.Validated();

    /// <summary>Checks the column of paths; reads no row. On reading, a file that is missing, no image, cut off, damaged or of
    /// more than <see cref="FrameLoadOptions.MaxPixels"/> pixels is an <see cref="InvalidDataException"/> that names column, row, frame and
    /// path.</summary>
    /// <param name="input">The data.</param>
    /// <exception cref="ArgumentException">The input is missing or not text.</exception>
    public ITransformer Fit(IDataView input)
    {
        var transformer = new FrameLoadTransformer(_options);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var input = inputSchema.Find(_options.InputColumnName, "Input");
        if (input.ItemType != TextDataViewType.Instance || input.IsKey)
        {
            throw FrameLoadMapping.NotText(input.Name, input.Describe());
        }
        var kind = input.Kind == VectorKind.VariableVector ? VectorKind.VariableVector : VectorKind.Vector;
        var named = kind == VectorKind.Vector && FrameLoadMapping.HasSlotNames(_options);
        return inputSchema.With([new SchemaShape.Column(
            _options.OutputColumnName, kind, NumberDataViewType.Single, false, named ? new SchemaShape([SlotNames.Promise()]) : null)]);
    }
}
