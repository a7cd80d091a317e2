namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The substitute of an ablated part.</summary>
public enum AblationKind
{
    /// <summary>Zero.</summary>
    Zero,

    /// <summary>
    /// Its mean over the negative examples: one for each position that all of them reach, and one for all later positions.
    /// </summary>
    Mean,

    /// <summary>
    /// Its value in a negative example: the one with the same number as the positive example, or the next
    /// one that is not shorter.
    /// </summary>
    Resample,
}
