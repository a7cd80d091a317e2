namespace Microsoft.ML.Extensions;

/// <summary>The weights that a retraining begins with. The weights of the model that are 0 stay 0, or as many others do.</summary>
public enum RetrainingStart
{
    /// <summary>Those of the model.</summary>
    Kept,

    /// <summary>
    /// Others, drawn as for a new network: a check whether the values that survived pruning matter, or only which survived (Frankle, Dziugaite, Roy, Carbin 2021, arXiv 2009.08576).
    /// </summary>
    Redrawn,

    /// <summary>
    /// Others, at shuffled positions of each matrix (of each gate of a cell): a check whether it matters which weights survived, or only how many of each layer (same source).
    /// </summary>
    Shuffled,
}
