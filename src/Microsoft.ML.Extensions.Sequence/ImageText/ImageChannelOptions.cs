using System.Text.Json.Serialization;
using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How images become vectors.</summary>
/// <remarks>
/// They describe images, which come as <c>MLImage</c>, as paths or as <c>[C, H, W]</c> numbers. Feature vectors, such as those of a
/// pretrained network, are standardised and go through a layer of their own, for which only <see cref="ImageTextOptions.HiddenSize"/>
/// counts.
/// </remarks>
public sealed class ImageChannelOptions
{
    /// <summary>
    /// The height that images are resized to, 1 to 4,096; images that come as <c>[C, H, W]</c> keep theirs. The default is 48.
    /// </summary>
    [Range(1, 4096)]
    public int Height { get; set; } = 48;

    /// <summary>The width that images are resized to, 1 to 4,096. The default is 48.</summary>
    [Range(1, 4096)]
    public int Width { get; set; } = 48;

    /// <summary>The channels of images. The default is <see cref="FrameColors.Rgb"/>.</summary>
    public FrameColors Colors { get; set; } = FrameColors.Rgb;

    /// <summary>
    /// The most pixels that an image file may have, 1 to 536,870,911; a file with more is refused before it is decoded. The default is
    /// 89,478,485, as in Pillow.
    /// </summary>
    [Range(1, int.MaxValue / 4)]
    public int MaxPixels { get; set; } = 89_478_485;

    /// <summary>
    /// What to do with an image that cannot be read, in training and in indexes. The default is <see cref="UnreadableImages.Error"/>.
    /// Scoring a row always needs its image.
    /// </summary>
    public UnreadableImages Unreadable { get; set; } = UnreadableImages.Error;

    /// <summary>The convolutional network. The default is <see cref="FrameBackbone.Small"/>.</summary>
    public FrameBackbone Backbone { get; set; } = FrameBackbone.Small;

    /// <summary>
    /// A file of weights for a ResNet in the safetensors format, under the names of torchvision's. It is read in training; a saved model
    /// holds all weights itself. The default, null, starts with random weights.
    /// </summary>
    [JsonIgnore]
    public string? BackboneWeightsFile { get; set; }

    /// <summary>Whether the backbone's weights are frozen, which makes training faster. The default is false.</summary>
    public bool FreezeBackbone { get; set; }

    /// <summary>
    /// Channels of the backbone's first stage, 1 to 1,024; each later stage has twice as many. The default is 16. Published ResNets have
    /// 64, and so must one whose weights come from a file.
    /// </summary>
    [Range(1, 1024)]
    [Choice(new object[] { 8, 16, 32, 64 }, 16)]
    public int ConvolutionChannels { get; set; } = 16;

    /// <summary>
    /// In training each image is shifted by up to this part of its sides and scaled by up to this part, anew each time, 0 to 0.5. Images
    /// are never mirrored, since sentences tell left from right. The default is 0.1.
    /// </summary>
    [Range(0.0, 0.5)]
    [SearchRange(0.0, 0.3, 0.1)]
    public double Distortion { get; set; } = 0.1;

    /// <summary>C.</summary>
    internal int Channels => Colors == FrameColors.Gray ? 1 : 3;

    /// <summary>The settings of the convolutional network.</summary>
    internal FrameEncoderSettings Encoder(int features, double dropout) =>
        new(Backbone, BackboneWeightsFile, FreezeBackbone, ConvolutionChannels, features, dropout);
}
