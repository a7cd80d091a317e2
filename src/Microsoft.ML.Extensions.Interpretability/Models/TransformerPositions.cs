namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The position encoding of a transformer.</summary>
public enum TransformerPositions
{
    /// <summary>None.</summary>
    None,

    /// <summary>A learned vector per position, added to the embedding (GPT-2).</summary>
    Learned,

    /// <summary>
    /// Queries and keys are rotated by angles that grow with the position (Su et al. 2021, arXiv 2104.09864), halves of a head paired.
    /// </summary>
    Rotary,

    /// <summary>
    /// A learned vector per position, added only to the inputs of queries and keys (Press et al. 2021, arXiv 2012.15832).
    /// </summary>
    Shortformer,
}
