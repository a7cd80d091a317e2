using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What the options of every sequence trainer have: the frame around its blocks.</summary>
public abstract class SequenceTrainerOptions : NetworkTrainerOptions
{
    /// <summary>For the option classes of this package.</summary>
    private protected SequenceTrainerOptions()
    {
    }

    /// <summary>
    /// What is solved for and added to the network. Rows that were not trained on weigh both, the network is kept where it shows
    /// its worth on them, and <see cref="NetworkModel.Base"/> says which part makes the predictions. The default, null, chooses:
    /// <see cref="SequenceBase.RandomConvolution"/> where it is possible, and <see cref="SequenceBase.None"/> for forecasts, tokens, rows
    /// in groups or windows, weighted classes, rows beyond the memory budget, and a network that can go step by step.
    /// </summary>
    public SequenceBase? Base { get; set; }

    /// <summary>The width of the network, 1 to 8,192. The default is 32.</summary>
    [Range(1, 8192)]
    [Choice(new object[] { 16, 32, 64, 128, 256 }, 32)]
    public virtual int HiddenSize { get; set; } = 32;

    /// <summary>Residual blocks on top of each other, 1 to 64. The default is 3.</summary>
    [Range(1, 64)]
    [Choice(new object[] { 1, 2, 3, 4 }, 3)]
    public virtual int Layers { get; set; } = 3;

    /// <summary>The part of each block's output and of the pooled vector that training drops, 0 to 0.95. The default is 0.1.</summary>
    [Range(0.0, 0.95)]
    [SearchRange(0.0, 0.6, 0.1)]
    public virtual double Dropout { get; set; } = 0.1;

    /// <summary>
    /// The deviation of normal noise added to the numbers in training, in deviations of their channel, 0 to 10. The default is 0.1.
    /// </summary>
    [Range(0.0, 10.0)]
    [SearchRange(0.0, 0.5, 0.1)]
    public virtual double InputNoise { get; set; } = 0.1;

    /// <summary>
    /// The number of steps that the network reads as one (a patch, as in Nie et al. 2023, arXiv 2211.14730), 0 to 1,024. The default, 0,
    /// chooses: about 200 patches of a row, but single steps for rows of up to 400 steps on average, for tokens, and where the network can go
    /// step by step or follow another sampling rate. Forecasts have an option of their own, <see cref="ForecastOptions.PatchLength"/>.
    /// </summary>
    [Range(0, 1024)]
    public int PatchLength { get; set; }

    /// <summary>
    /// How the steps become one vector. The default, null, chooses: <see cref="SequencePooling.MeanMax"/>, but
    /// <see cref="SequencePooling.Segments"/> for Aaren and SingleLayerTransformer, and for forecasts, where the place of a step counts.
    /// </summary>
    [Choice(SequencePooling.MeanMax, SequencePooling.Segments, SequencePooling.Attention, SequencePooling.Last)]
    public virtual SequencePooling? Pooling { get; set; }

    /// <summary>The pieces of <see cref="SequencePooling.Segments"/>, 1 (the mean) to 1,024. The default is 8.</summary>
    [Range(1, 1024)]
    [Choice(new object[] { 1, 2, 4, 8, 16 }, 8)]
    public virtual int PoolingSegments { get; set; } = 8;

    /// <summary>The patches of a column's steps.</summary>
    internal StepPatches Patches(InputColumn input) => new(input.Kind == InputKind.Tokens ? 1 : Math.Max(1, PatchLength));

    /// <summary>What all blocks have in common, beginning with the width, and then each block.</summary>
    internal sealed override IReadOnlyList<NetworkPart> Parts =>
    [
        new("", NetworkPartKind.Whole, CanLack: false, Sizes),
        .. Enumerable.Range(0, Layers).Select(block => new NetworkPart($"blocks.{block}", NetworkPartKind.Block, CanLack: block > 0, [])),
    ];

    /// <summary>The sizes of the whole network; the first is the width.</summary>
    private protected virtual IReadOnlyList<PartSize> Sizes => [new(nameof(HiddenSize), HiddenSize)];

    /// <summary>Sets what <see cref="Sizes"/> lists.</summary>
    private protected virtual void Set(IReadOnlyList<int> sizes) => HiddenSize = sizes[0];

    // A base is solved for and has no smaller form: the network learns what both answer.
    internal sealed override void Shrink(IReadOnlyList<IReadOnlyList<int>?> kept)
    {
        Base = SequenceBase.None;
        Layers = kept.Skip(1).Count(block => block is not null);
        Set(kept[0]!);
    }
}
