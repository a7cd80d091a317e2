namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The handling of two rows of a group with the same time.</summary>
public enum DuplicateTimes
{
    /// <summary>An exception that names the group and the time.</summary>
    Error,

    /// <summary>The last row in the data is used.</summary>
    KeepLast,
}
