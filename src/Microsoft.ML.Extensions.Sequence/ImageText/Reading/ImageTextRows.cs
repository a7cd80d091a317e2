using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads the rows of a fit that have an image, a sentence with words and a weight above 0.</summary>
internal sealed class ImageTextRows : IDisposable
{
    private readonly DataViewRowCursor _cursor;
    private readonly ImageReader _images;
    private readonly ValueGetter<ReadOnlyMemory<char>>? _texts;
    private readonly VectorReader? _vectors;
    private readonly TextCoder _coder;
    private readonly RowNumber _weight;
    private readonly RowGroup? _group;
    private readonly RowLabel? _label;
    private readonly ImageTextOptions _options;
    private ReadOnlyMemory<char> _text;
    private float[] _image = [];
    private float[] _vector = [];

    /// <param name="view">The rows.</param>
    /// <param name="options">The options.</param>
    /// <param name="format">The format of images.</param>
    /// <param name="label">Reads the label of rows that have one besides their sentence; null for none.</param>
    public ImageTextRows(IDataView view, ImageTextOptions options, ImageFormat format, Func<DataViewRow, RowLabel>? label = null)
    {
        _options = options;
        var schema = view.Schema;
        var (image, text) = (format.Bind(schema, options.FeatureColumnName), schema.Find(options.Sentences, "Text"));
        List<DataViewSchema.Column> needed = [image, text];
        if (options.ExampleWeightColumnName is { } weight)
        {
            needed.Add(ScalarReaders.WeightColumn(schema, weight));
        }
        if (options.GroupColumnName is { } group)
        {
            needed.Add(GroupReader.Find(schema, group));
        }
        if (label is not null)
        {
            needed.Add(schema.Find(options.LabelColumnName, "Label"));
        }
        _cursor = view.GetRowCursor(needed);
        _images = ImageReader.Of(_cursor, image, format, options.Image, options.MissingValues);
        _texts = TextFormat.ValuesOf(schema, options.Sentences) == 0 ? _cursor.GetGetter<ReadOnlyMemory<char>>(text) : null;
        _vectors = _texts is null ? new VectorReader(_cursor, text, options.MissingValues) : null;
        _coder = new TextCoder(options.Text);
        _weight = ScalarReaders.Weight(_cursor, options.ExampleWeightColumnName);
        _group = options.GroupColumnName is { } name ? GroupReader.Create(_cursor, name) : null;
        _label = label?.Invoke(_cursor);
    }

    /// <summary>The row's index in the view.</summary>
    public long Position => _cursor.Position;

    /// <summary>The number of rows skipped because their sentence has no words or their label is missing.</summary>
    public long Missing { get; private set; }

    /// <summary>The number of rows skipped because their image cannot be read.</summary>
    public long Unreadable { get; private set; }

    /// <summary>The row's weight.</summary>
    public float Weight { get; private set; }

    /// <summary>The row's label, where it has one besides its sentence.</summary>
    public float[] Label { get; private set; } = [];

    /// <summary>The values of the row's image; valid until the next row.</summary>
    public ReadOnlySpan<float> Image => _image;

    /// <summary>The terms of the row's sentence; empty for a vector.</summary>
    public IReadOnlyList<string> Terms { get; private set; } = [];

    /// <summary>The row's sentence; empty for a vector.</summary>
    public ReadOnlySpan<char> Sentence => _text.Span;

    /// <summary>The row's vector; empty for a text.</summary>
    public ReadOnlySpan<float> Vector => _vector;

    /// <summary>What identifies the image.</summary>
    public UInt128 ImageKey => Key(MemoryMarshal.AsBytes<float>(_image));

    /// <summary>What identifies the sentence.</summary>
    public UInt128 SentenceKey => Key(_texts is null ? MemoryMarshal.AsBytes<float>(_vector) : MemoryMarshal.AsBytes(_text.Span));

    /// <summary>The raw key of the row's group; null without groups.</summary>
    /// <exception cref="InvalidDataException">It is missing.</exception>
    public long? Group => _group is null ? null
        : _group() is > 0 and var key ? (long)key
        : throw new InvalidDataException(
            $"Column '{_options.GroupColumnName}', row {Position}: the group is missing; every row needs one.");

    public bool MoveNext()
    {
        while (_cursor.MoveNext())
        {
            Weight = _weight();
            if (Weight > 0 && Read())
            {
                return true;
            }
        }
        return false;
    }

    public void Dispose() => _cursor.Dispose();

    private bool Read()
    {
        if (_label is not null && (Label = _label()).Any(float.IsNaN) || !ReadSentence())
        {
            Missing++;
            return false;
        }
        try
        {
            _image = [.. _images.Read()];
            return true;
        }
        catch (InvalidDataException) when (_options.Image.Unreadable == UnreadableImages.Skip)
        {
            Unreadable++;
            return false;
        }
    }

    private bool ReadSentence()
    {
        if (_texts is null)
        {
            _vector = [.. _vectors!.Read()];
            return true;
        }
        _texts(ref _text);
        Terms = _coder.Terms(_text.Span);
        return Terms.Count > 0;
    }

    private static UInt128 Key(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<UInt128>(SHA256.HashData(bytes));
}
