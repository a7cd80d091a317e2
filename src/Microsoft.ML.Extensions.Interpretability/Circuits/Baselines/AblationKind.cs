namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What stands for a part that is taken away.</summary>
public enum AblationKind
{
    /// <summary>Zero.</summary>
    Zero,

    /// <summary>Its mean over the negative examples: one for each place that all of them reach, and one for all later places.</summary>
    Mean,

    /// <summary>
    /// What it is in a negative example: that of the same number among the negatives as the positive one has among the positives, or the next
    /// that is no shorter.
    /// </summary>
    Resample,
}
