using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="LrcnTrainer"/>.</summary>
public sealed class LrcnOptions : FrameTrainerOptions, ICheckedOptions
{
    /// <summary>LSTM layers on top of each other, 1 to 16. The default is 1, as in the paper.</summary>
    [Range(1, 16)]
    [Choice(new object[] { 1, 2 }, 1)]
    public int Layers { get; set; } = 1;

    /// <summary>
    /// Whether each frame is classified alone, without an LSTM: the paper's baseline. Where it performs as well, order does not matter.
    /// The default is false.
    /// </summary>
    public bool SingleFrame { get; set; }

    /// <summary>How the predictions at the steps are combined. The default is <see cref="FrameFusion.Mean"/>.</summary>
    public FrameFusion Fusion { get; set; } = FrameFusion.Mean;

    /// <summary>
    /// Frames of a clip, 1 to 100,000. Training takes one clip of a longer row, at random in every epoch; scoring averages over clips that
    /// cover the row. The default is 16, as in the paper.
    /// </summary>
    [Range(1, 100_000)]
    public int ClipLength { get; set; } = 16;

    /// <summary>
    /// Frames from one clip's beginning to the next in scoring, 1 to <see cref="ClipLength"/>. The default is 8, as in the paper.
    /// </summary>
    [Range(1, 100_000)]
    public int ClipStride { get; set; } = 8;

    /// <summary>What all layers have in common, and each recurrent layer. Another backbone than the small one has one size.</summary>
    internal override IReadOnlyList<NetworkPart> Parts =>
    [
        new("", NetworkPartKind.Whole, CanLack: false, Backbone == FrameBackbone.Small
            ? [new(nameof(HiddenSize), HiddenSize), new(nameof(ConvolutionChannels), ConvolutionChannels)] : [new(nameof(HiddenSize), HiddenSize)]),
        .. Enumerable.Range(0, Layers).Select(layer => new NetworkPart($"recurrence.{layer}", NetworkPartKind.Block, CanLack: layer > 0, [])),
    ];

    internal override void Shrink(IReadOnlyList<IReadOnlyList<int>?> kept)
    {
        var sizes = kept[0]!;
        (HiddenSize, Layers) = (sizes[0], kept.Skip(1).Count(layer => layer is not null));
        ConvolutionChannels = sizes.Count > 1 ? sizes[1] : ConvolutionChannels;
    }

    IEnumerable<string> ICheckedOptions.Errors() =>
    [
        .. Encoder.Errors(),
        .. ClipStride > ClipLength
            ? [$"ClipStride is {ClipStride} and ClipLength {ClipLength}, so that clips would leave frames out; set ClipStride to at most ClipLength."]
            : Array.Empty<string>(),
    ];
}
