using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What a fit learns of the rows before training: the vocabulary, and statistics of images and of vectors of sentences.</summary>
internal sealed class ImageTextSurvey
{
    private readonly TermVocabularyBuilder _terms = new();
    private readonly HashSet<UInt128> _images = [];
    private readonly HashSet<UInt128> _sentences = [];
    private readonly ImageTextOptions _options;
    private readonly ImageFormat _image;
    private readonly int _textValues;

    private ImageTextSurvey(ImageTextOptions options, ImageFormat image, int textValues) =>
        (_options, _image, _textValues) = (options, image, textValues);

    /// <summary>The statistics of each number of an image.</summary>
    public ChannelStatistics Images { get; } = new();

    /// <summary>The statistics of each number of a sentence's vector.</summary>
    public ChannelStatistics Vectors { get; } = new();

    /// <summary>The different images.</summary>
    public int ImageCount => _images.Count;

    /// <summary>The different sentences.</summary>
    public int SentenceCount => _sentences.Count;

    /// <summary>Reads all rows; those that cannot be used are left out with a warning.</summary>
    /// <param name="view">The rows.</param>
    /// <param name="options">The options.</param>
    /// <param name="channel">The log.</param>
    /// <param name="checkAlive">Throws when the fit was cancelled.</param>
    /// <exception cref="InvalidDataException">A row cannot be used.</exception>
    public static ImageTextSurvey Of(IDataView view, ImageTextOptions options, IChannel channel, Action checkAlive)
    {
        var image = ImageFormat.Of(view.Schema, options.FeatureColumnName, options.Image);
        var survey = new ImageTextSurvey(options, image, TextFormat.ValuesOf(view.Schema, options.Sentences));
        using var rows = new ImageTextRows(view, options, image);
        while (rows.MoveNext())
        {
            checkAlive();
            survey.Add(rows);
        }
        if (rows.Unreadable > 0)
        {
            channel.Warn(
                $"{rows.Unreadable} rows have an image in column '{options.FeatureColumnName}' that cannot be read, and are left out.");
        }
        return survey;
    }

    /// <summary>What the network is made for.</summary>
    /// <param name="imageColumn">The column of the image's vector.</param>
    /// <param name="textColumn">The column of the sentence's vector.</param>
    /// <param name="baseSize">The numbers of both that are a base's.</param>
    public ImageTextDetails Details(string imageColumn, string textColumn, int baseSize = 0) => new(
        _image,
        new(_textValues, _textValues > 0 ? null : _terms.Build(_options.Text.MinDocumentFrequency, _options.Text.MaxTerms).Content),
        imageColumn, textColumn, baseSize);

    private void Add(ImageTextRows rows)
    {
        // An image of several sentences counts once, and so does a sentence of several images.
        if (_images.Add(rows.ImageKey))
        {
            Images.Add(rows.Image, rows.Image.Length);
        }
        if (!_sentences.Add(rows.SentenceKey))
        {
            return;
        }
        if (_textValues > 0)
        {
            Vectors.Add(rows.Vector, _textValues);
        }
        else
        {
            _terms.Add(rows.Terms);
        }
    }
}
