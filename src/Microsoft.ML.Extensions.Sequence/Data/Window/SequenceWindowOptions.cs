namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How rows in time order become windows.</summary>
public sealed class SequenceWindowOptions
{
    /// <summary>The column of windows, [Length, C], oldest step first. The default is "Features".</summary>
    public string OutputColumnName { get; set; } = "Features";

    /// <summary>The columns of Single whose values are the channels of a step: C scalars, or vectors of known size.</summary>
    public string[] InputColumnNames { get; set; } = [];

    /// <summary>The number of rows in a window.</summary>
    public int Length { get; set; }

    /// <summary>The number of rows from the start of one window to the start of the next. The default is 1.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>The column whose later value is the label; it may be one of the inputs. The default, null, adds no label.</summary>
    public string? TargetColumnName { get; set; }

    /// <summary>The column that takes the target's value. The default is "Label". Not used without a target.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>
    /// How many rows after the window's last row the target is read; 0 is the last row itself. The default is 1. Not used without a target.
    /// </summary>
    public int Horizon { get; set; } = 1;

    /// <summary>
    /// The column that tells series apart: no window crosses from one to the next. The rows of a series must follow one another.
    /// The default is null: one series.
    /// </summary>
    public string? GroupColumnName { get; set; }

    /// <summary>The rows a window waits for after its last one.</summary>
    internal int Ahead => TargetColumnName is null ? 0 : Horizon;

    internal SequenceWindowOptions Validated()
    {
        var errors = new OptionErrors("Window");
        errors.RequireName(nameof(OutputColumnName), OutputColumnName);
        errors.RequireNames(nameof(InputColumnNames), InputColumnNames);
        errors.RequireAtLeast(nameof(Length), 1, Length);
        errors.RequireAtLeast(nameof(Stride), 1, Stride);
        errors.RequireAtLeast(nameof(Horizon), 0, Horizon);
        errors.Require(TargetColumnName != "", $"{nameof(TargetColumnName)} must be a column's name or null, but is empty.");
        errors.Require(GroupColumnName != "", $"{nameof(GroupColumnName)} must be a column's name or null, but is empty.");
        errors.RequireName(nameof(LabelColumnName), LabelColumnName);
        errors.Require(LabelColumnName != OutputColumnName, $"{nameof(LabelColumnName)} and {nameof(OutputColumnName)} are both '{LabelColumnName}'.");
        errors.ThrowIfAny();
        var copy = (SequenceWindowOptions)MemberwiseClone();
        copy.InputColumnNames = [.. InputColumnNames];
        return copy;
    }
}
