namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What happens where two rows of a group have the same time.</summary>
public enum DuplicateTimes
{
    /// <summary>An exception that names the group and the time.</summary>
    Error,

    /// <summary>The row that comes last in the data counts.</summary>
    KeepLast,
}
