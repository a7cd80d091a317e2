namespace Microsoft.ML.Extensions.Networks;

/// <summary>A layer that may have something to say about how it ran; training says it in the log after the epoch.</summary>
internal interface IWarningSource
{
    /// <summary>The next thing to say, once; null where there is nothing new.</summary>
    string? TakeWarning();
}
