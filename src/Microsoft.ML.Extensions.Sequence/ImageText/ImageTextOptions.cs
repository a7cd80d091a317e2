using System.ComponentModel.DataAnnotations;
using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The options of every trainer of pairs of an image and a sentence: how each of them is read.</summary>
/// <remarks>The feature column is the image, by default <c>Image</c>.</remarks>
public abstract class ImageTextOptions : NetworkTrainerOptions
{
    /// <summary>The largest <see cref="EmbeddingSize"/>.</summary>
    internal const int LargestEmbedding = 8192;

    /// <summary>For the option classes of this package.</summary>
    private protected ImageTextOptions() => (FeatureColumnName, EnsembleSize) = ("Image", 1);

    /// <summary>How images become vectors.</summary>
    [Required]
    [NestOption]
    public ImageChannelOptions Image { get; set; } = new();

    /// <summary>How sentences become vectors.</summary>
    [Required]
    [NestOption]
    public TextChannelOptions Text { get; set; } = new();

    /// <summary>The width of hidden layers of both channels, 1 to 8,192. The default is 128.</summary>
    [Range(1, 8192)]
    [Choice(new object[] { 32, 64, 128, 256, 512 }, 128)]
    public int HiddenSize { get; set; } = 128;

    /// <summary>E, the length of the vectors of images and sentences, 1 to 8,192. The default is 128.</summary>
    [Range(1, LargestEmbedding)]
    [Choice(new object[] { 32, 64, 128, 256, 512 }, 128)]
    public int EmbeddingSize { get; set; } = 128;

    /// <summary>The part of hidden values set to 0 in training, 0 to 0.9. The default is 0.2.</summary>
    [Range(0.0, 0.9)]
    [SearchRange(0.0, 0.6, 0.2)]
    public double Dropout { get; set; } = 0.2;

    // Sentences of one image are one group: otherwise an image that is learned from would also be held out.
    internal override string RowGroups => GroupColumnName ?? FeatureColumnName;

    /// <summary>The column of sentences.</summary>
    internal abstract string Sentences { get; }

    /// <summary>The settings of the image's convolutional network.</summary>
    internal FrameEncoderSettings Encoder => Image.Encoder(HiddenSize, Dropout);

    /// <summary>A sentence for each violated condition that concerns both kinds of options.</summary>
    private protected IEnumerable<string> CommonErrors()
    {
        if (MissingValues == MissingValues.ForwardFill)
        {
            yield return $"MissingValues is {MissingValues}; a row of a pair has none before it, so allowed are Error and Zero.";
        }
        if (Image is not null)
        {
            foreach (var error in Encoder.Errors())
            {
                yield return $"Image.{error}";
            }
        }
    }
}
