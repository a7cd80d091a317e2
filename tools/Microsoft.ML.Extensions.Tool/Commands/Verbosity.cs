namespace Microsoft.ML.Extensions.Tool;

/// <summary>How much a command shows.</summary>
internal enum Verbosity
{
    /// <summary>The results alone: figures, predictions, addresses.</summary>
    Quiet,

    /// <summary>Also what the columns were taken for, and what was tried.</summary>
    Minimal,

    /// <summary>Also the messages of ML.NET, on the error stream.</summary>
    Diagnostic,
}
