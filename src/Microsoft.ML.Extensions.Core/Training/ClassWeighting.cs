namespace Microsoft.ML.Extensions;

/// <summary>The weight of a row by its class, which is multiplied with its example weight.</summary>
public enum ClassWeighting
{
    /// <summary>Every row has the same weight.</summary>
    None,

    /// <summary>Every class has the same total weight: a row's weight is N / (classes * rows of its class).</summary>
    Balanced,
}
