using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="AarenTrainer"/>.</summary>
public sealed class AarenOptions : SequenceTrainerOptions, ICheckedOptions
{
    /// <summary>Residual blocks on top of each other, 1 to 64. The default is 2.</summary>
    [Range(1, 64)]
    [Choice(new object[] { 1, 2, 3, 4 }, 2)]
    public override int Layers { get; set; } = 2;

    /// <summary>The kind of query in an attention layer. The default is <see cref="AttentionKind.Aaren"/>.</summary>
    [Choice(new object[] { AttentionKind.Aaren, AttentionKind.CausalSoftmax }, AttentionKind.Aaren)]
    public AttentionKind Attention { get; set; } = AttentionKind.Aaren;

    /// <summary>
    /// Queries a layer, 1 to 1,024, each with <see cref="SequenceTrainerOptions.HiddenSize"/> / Heads channels, rounded up. The default is
    /// 4.
    /// </summary>
    [Range(1, 1024)]
    [Choice(new object[] { 1, 2, 4, 8 }, 4)]
    public int Heads { get; set; } = 4;

    /// <summary>
    /// The inner width of the position-wise layer in multiples of <see cref="SequenceTrainerOptions.HiddenSize"/>, 1 to 64. The default is
    /// 2.
    /// </summary>
    [Range(1, 64)]
    [Choice(new object[] { 1, 2, 3, 4 }, 2)]
    public int FeedForwardFactor { get; set; } = 2;

    /// <summary>
    /// The width of the causal convolution before each block in steps, 0 to 1,024; 0 leaves it out, as in the paper. The default is 8.
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
    /// How the attention of <see cref="AttentionKind.Aaren"/> is computed. The default is <see cref="AttentionMode.Auto"/>.
    /// </summary>
    public AttentionMode Mode { get; set; } = AttentionMode.Auto;

    private protected override IReadOnlyList<PartSize> Sizes => [.. base.Sizes, new(nameof(FeedForwardFactor), FeedForwardFactor)];

    private protected override void Set(IReadOnlyList<int> sizes)
    {
        base.Set(sizes);
        FeedForwardFactor = sizes[1];
    }

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Attention == AttentionKind.CausalSoftmax && Mode != AttentionMode.Auto)
        {
            yield return $"Mode is {Mode}, and Attention is {Attention}, which has only one mode; set Mode to Auto.";
        }
    }
}
