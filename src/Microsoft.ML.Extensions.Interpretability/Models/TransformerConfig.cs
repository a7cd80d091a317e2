using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The configuration of a transformer whose layers have attention and an MLP on a residual stream (Vaswani et al. 2017, arXiv 1706.03762).
/// </summary>
public sealed record TransformerConfig : ICheckedOptions
{
    /// <summary>Layers, 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int Layers { get; init; } = 1;

    /// <summary>Heads a layer, 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int Heads { get; init; } = 1;

    /// <summary>
    /// The number of key and value heads, a divisor of <see cref="Heads"/> (grouped queries: Ainslie et al. 2023, arXiv 2305.13245).
    /// The default, 0, means all heads.
    /// </summary>
    [Range(0, 1_000)]
    public int KeyValueHeads { get; init; }

    /// <summary>Width of the residual stream (d_model), 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int ModelWidth { get; init; } = 1;

    /// <summary>Width of a head (d_head), 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int HeadWidth { get; init; } = 1;

    /// <summary>Inner width of the MLP (d_mlp), 0 to 1,000,000. The default, 0, means attention only.</summary>
    [Range(0, 1_000_000)]
    public int MlpWidth { get; init; }

    /// <summary>Tokens that can be read, 1 to 10,000,000.</summary>
    [Range(1, 10_000_000)]
    public int Vocabulary { get; init; } = 1;

    /// <summary>Logits per position, 0 to 10,000,000. The default, 0, means one per token of the vocabulary.</summary>
    [Range(0, 10_000_000)]
    public int Outputs { get; init; }

    /// <summary>The longest row of tokens, 1 to 10,000,000.</summary>
    [Range(1, 10_000_000)]
    public int Context { get; init; } = 1;

    /// <summary>The normalisation. The default is <see cref="TransformerNorm.LayerNorm"/>.</summary>
    public TransformerNorm Norm { get; init; } = TransformerNorm.LayerNorm;

    /// <summary>What the normalisation adds to the variance, above 0 and at most 1. The default is 1e-5.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>The position encoding. The default is <see cref="TransformerPositions.Learned"/>.</summary>
    public TransformerPositions Positions { get; init; } = TransformerPositions.Learned;

    /// <summary>The base of the rotary wavelengths, 1 to 1e12. The default is 10,000.</summary>
    [Range(1.0, 1e12)]
    public double RotaryBase { get; init; } = 10_000;

    /// <summary>The nonlinearity of the MLP. The default is <see cref="TransformerActivation.GeluTanh"/>.</summary>
    public TransformerActivation Activation { get; init; } = TransformerActivation.GeluTanh;

    /// <summary>
    /// Whether the MLP multiplies <c>activation(x W_gate)</c> with <c>x W_in</c> (with Silu: SwiGLU, Shazeer 2020, arXiv 2002.05202).
    /// The default is false.
    /// </summary>
    public bool GatedMlp { get; init; }

    /// <summary>Whether the unembedding shares the embedding's matrix. The default is false.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>Whether a token attends only to itself and earlier tokens. The default is true.</summary>
    public bool Causal { get; init; } = true;

    internal int KeyHeads => KeyValueHeads == 0 ? Heads : KeyValueHeads;

    internal int Logits => Outputs == 0 ? Vocabulary : Outputs;

    internal bool HasMlp => MlpWidth > 0;

    internal bool HasNormWeight => Norm is TransformerNorm.LayerNorm or TransformerNorm.RmsNorm;

    internal bool HasPositionEmbedding => Positions is TransformerPositions.Learned or TransformerPositions.Shortformer;

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Heads > 0 && KeyHeads > 0 && Heads % KeyHeads != 0)
        {
            yield return $"KeyValueHeads is {KeyValueHeads}; allowed are 0 and the divisors of Heads, which is {Heads}.";
        }
        if (Positions == TransformerPositions.Rotary && HeadWidth % 2 != 0)
        {
            yield return $"HeadWidth is {HeadWidth}; rotary positions turn pairs of numbers and need an even width.";
        }
        if (TiedEmbeddings && Logits != Vocabulary)
        {
            yield return $"Outputs is {Outputs}; tied embeddings give one output a token, so it must be 0 or {Vocabulary}.";
        }
        if (GatedMlp && !HasMlp)
        {
            yield return "GatedMlp is true and MlpWidth is 0; give the MLP a width or no gate.";
        }
    }
}
