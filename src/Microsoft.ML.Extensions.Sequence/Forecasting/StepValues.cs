using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The channels of a step and its time. The columns have names of their own, so that they hide no column of a table.</summary>
internal sealed class StepValues
{
    public const string ValuesColumn = "Microsoft.ML.Extensions.Step.Values";
    public const string TimeColumn = "Microsoft.ML.Extensions.Step.Time";

    [ColumnName(ValuesColumn)]
    public float[] Values { get; set; } = [];

    /// <summary>The time of the step as a whole number; 0 where the series has none.</summary>
    [ColumnName(TimeColumn)]
    public long Time { get; set; }
}
