namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The settings of a frame encoder.</summary>
/// <param name="Backbone">The convolutional network.</param>
/// <param name="WeightsFile">Its weights; null for random ones.</param>
/// <param name="Freeze">Whether they are frozen.</param>
/// <param name="Channels">The channels of its first stage.</param>
/// <param name="Features">The features of a frame.</param>
/// <param name="Dropout">The part of them that training drops.</param>
internal sealed record FrameEncoderSettings(
    FrameBackbone Backbone, string? WeightsFile, bool Freeze, int Channels, int Features, double Dropout)
{
    private const int PublishedChannels = 64;

    /// <summary>A sentence for each violated condition.</summary>
    public IEnumerable<string> Errors()
    {
        if (WeightsFile is null)
        {
            yield break;
        }
        if (Backbone == FrameBackbone.Small)
        {
            yield return "BackboneWeightsFile is set, and Backbone is Small, which has no published weights; set Backbone to a ResNet.";
        }
        else if (Channels != PublishedChannels)
        {
            yield return $"BackboneWeightsFile is set, and ConvolutionChannels is {Channels}; published ResNets have {PublishedChannels}.";
        }
        if (!File.Exists(WeightsFile))
        {
            yield return $"BackboneWeightsFile: there is no file '{WeightsFile}'.";
        }
    }
}
