using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="SingleLayerTransformerTrainer"/>.</summary>
public sealed class SingleLayerTransformerOptions : SequenceTrainerOptions
{
    /// <summary>Always 1: a deeper network is another method.</summary>
    [Range(1, 1)]
    public override int Layers { get; set; } = 1;

    /// <summary>The number of heads, 1 to 1,024. The default is 4.</summary>
    [Range(1, 1024)]
    [Choice(new object[] { 1, 2, 4, 8 }, 4)]
    public int Heads { get; set; } = 4;

    /// <summary>
    /// The channels of a head's queries, keys and values, 0 to 1,024. The default, 0, chooses
    /// <see cref="SequenceTrainerOptions.HiddenSize"/> / <see cref="Heads"/>, rounded up.
    /// </summary>
    [Range(0, 1024)]
    public int KeyWidth { get; set; }

    /// <summary>The inner width of the position-wise ReLU network, 1 to 65,536. The default is 64.</summary>
    [Range(1, 65_536)]
    [Choice(new object[] { 16, 32, 64, 128, 256, 512 }, 64)]
    public int FeedForwardWidth { get; set; } = 64;

    /// <summary>Whether the input of each layer is normalised. The default is false, as in the theorem's network.</summary>
    [BooleanChoice(false)]
    public bool LayerNorm { get; set; }

    /// <summary>
    /// The width of the convolution before the attention in steps, 0 to 1,024; 0 leaves it out, as in the paper. The default is 8.
    /// </summary>
    [Range(0, 1024)]
    [Choice(new object[] { 0, 4, 8, 16 }, 8)]
    public int ConvolutionWidth { get; set; } = 8;

    /// <summary>
    /// Whether sines and cosines of a step's position are added to the steps; without them attention ignores their order. The default is
    /// true.
    /// </summary>
    [BooleanChoice(true)]
    public bool PositionFeatures { get; set; } = true;

    /// <summary>
    /// Whether a step attends only to itself and earlier steps, which streaming needs. The default is false: it attends to all.
    /// </summary>
    [BooleanChoice(false)]
    public bool Causal { get; set; }

    private protected override IReadOnlyList<PartSize> Sizes => [.. base.Sizes, new(nameof(FeedForwardWidth), FeedForwardWidth)];

    private protected override void Set(IReadOnlyList<int> sizes)
    {
        base.Set(sizes);
        FeedForwardWidth = sizes[1];
    }
}
