namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The handling of steps that a series with a time step lacks.</summary>
public enum TimeGaps
{
    /// <summary>An exception that names the row, the times and the number of steps. The default.</summary>
    Error,

    /// <summary>
    /// The steps are added with missing values (NaN), which the trainer's <see cref="MissingValues"/> treats. No window ends at an added
    /// step.
    /// </summary>
    Missing,

    /// <summary>A new series begins after the gap: no window spans it.</summary>
    NewSeries,
}
