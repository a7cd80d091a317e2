using System.Text.Json.Serialization;
using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The options of every trainer over frames: the network that is applied to each frame.</summary>
public abstract class FrameTrainerOptions : NetworkTrainerOptions
{
    /// <summary>For the option classes of this package.</summary>
    private protected FrameTrainerOptions()
    {
    }

    /// <summary>The network for each frame. The default is <see cref="FrameBackbone.Small"/>.</summary>
    public FrameBackbone Backbone { get; set; } = FrameBackbone.Small;

    /// <summary>
    /// A file of weights for a ResNet in the safetensors format, under the names of torchvision's. Frames are then standardised by
    /// ImageNet's mean and deviation, for which they must hold 0 to 1. It is read in training; a saved model holds all weights itself.
    /// The default, null, starts with random weights.
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
    /// Features of a frame, and channels of the recurrent state, 1 to 8,192. The default is 64; the paper's is 256 for colours.
    /// </summary>
    [Range(1, 8192)]
    [Choice(new object[] { 16, 32, 64, 128, 256 }, 64)]
    public int HiddenSize { get; set; } = 64;

    /// <summary>
    /// The part of the features of a frame and of the recurrent outputs that training drops, 0 to 0.95. The default is 0.1; the paper's is
    /// 0.9.
    /// </summary>
    [Range(0.0, 0.95)]
    [SearchRange(0.0, 0.9, 0.1)]
    public double Dropout { get; set; } = 0.1;

    /// <summary>The settings of the frame encoder.</summary>
    internal FrameEncoderSettings Encoder => new(Backbone, BackboneWeightsFile, FreezeBackbone, ConvolutionChannels, HiddenSize, Dropout);

    // The file is where the model was trained, and need not be where it is loaded; models that were saved before name it.
    [JsonInclude]
    [JsonPropertyName(nameof(BackboneWeightsFile))]
    internal string? PathInOldModels
    {
        get => null;
        set
        {
        }
    }
}
