namespace Microsoft.ML.Extensions;

/// <summary>How much a row counts by its class, beside its example weight.</summary>
public enum ClassWeighting
{
    /// <summary>Every row counts the same.</summary>
    None,

    /// <summary>Every class counts the same: a row counts N / (classes * rows of its class).</summary>
    Balanced,
}
