namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What to do with an image that is missing, damaged, or no image.</summary>
public enum UnreadableImages
{
    /// <summary>Throw an exception that names the row and, where there is one, the path.</summary>
    Error,

    /// <summary>Leave the row out, and say in the log how many were.</summary>
    Skip,
}
