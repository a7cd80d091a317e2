namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What asks in an attention layer of <see cref="AarenTrainer"/>.</summary>
public enum AttentionKind
{
    /// <summary>
    /// A query learned for each layer, so that a step's answer follows from the one before it: constant time and memory a further step
    /// (Feng et al. 2024, arXiv 2405.13956). The default.
    /// </summary>
    Aaren,

    /// <summary>
    /// A query from each step, as in a Transformer (Vaswani et al. 2017, arXiv 1706.03762) that sees no later step: time and memory of a
    /// further step grow with the steps before it. The paper's point of comparison.
    /// </summary>
    CausalSoftmax,
}
