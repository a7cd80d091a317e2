namespace Microsoft.ML.Extensions.Networks;

/// <summary>A layer that may have a warning, which training writes to the log after the epoch.</summary>
internal interface IWarningSource
{
    /// <summary>The next warning, each given once; null where there is none.</summary>
    string? TakeWarning();
}
