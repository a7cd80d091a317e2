namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>How a transformer knows the place of a token.</summary>
public enum TransformerPositions
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>A learned vector a place, added to the embedding (GPT-2).</summary>
    Learned,

    /// <summary>Queries and keys are turned by angles that grow with the place (Su et al. 2021, arXiv 2104.09864), halves of a head paired.</summary>
    Rotary,

    /// <summary>A learned vector a place, added to what queries and keys are made of and to nothing else (Press et al. 2021, arXiv 2012.15832).</summary>
    Shortformer,
}
