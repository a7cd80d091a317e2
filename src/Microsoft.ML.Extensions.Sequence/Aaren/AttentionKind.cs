namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The kind of query in an attention layer of <see cref="AarenTrainer"/>.</summary>
public enum AttentionKind
{
    /// <summary>
    /// A learned query for each layer, so that a step's output follows from that of the previous step: constant time and memory per step
    /// (Feng et al. 2024, arXiv 2405.13956). The default.
    /// </summary>
    Aaren,

    /// <summary>
    /// A query from each step, as in a Transformer (Vaswani et al. 2017, arXiv 1706.03762) that attends to no later step: time and memory
    /// of a step grow with the number of previous steps. The paper's baseline.
    /// </summary>
    CausalSoftmax,
}
