using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How rows in time order become windows.</summary>
public sealed class SequenceWindowOptions : ICheckedOptions
{
    /// <summary>The column of windows, [Length, C], oldest step first. The default is "Features".</summary>
    [Required]
    public string OutputColumnName { get; set; } = "Features";

    /// <summary>The columns of Single whose values are the channels of a step: C scalars, or vectors of known size.</summary>
    public string[] InputColumnNames { get; set; } = [];

    /// <summary>The number of rows in a window.</summary>
    [Range(1, int.MaxValue)]
    public int Length { get; set; }

    /// <summary>The number of rows from the start of one window to the start of the next. The default is 1.</summary>
    [Range(1, int.MaxValue)]
    public int Stride { get; set; } = 1;

    /// <summary>The column whose later value is the label; it may be one of the inputs. The default, null, adds no label.</summary>
    public string? TargetColumnName { get; set; }

    /// <summary>The column that takes the target's value. The default is "Label". Not used without a target.</summary>
    [Required]
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>
    /// How many rows after the window's last row the target is read; 0 is the last row itself. The default is 1. Not used without a target.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int Horizon { get; set; } = 1;

    /// <summary>
    /// The column that tells series apart: no window crosses from one to the next. The rows of a series must follow one another.
    /// The default is null: one series.
    /// </summary>
    public string? GroupColumnName { get; set; }

    /// <summary>The rows a window waits for after its last one.</summary>
    internal int Ahead => TargetColumnName is null ? 0 : Horizon;

    IEnumerable<string> ICheckedOptions.Errors() =>
    [
        .. ColumnNames.ErrorsOfList(nameof(InputColumnNames), InputColumnNames),
        .. ColumnNames.ErrorsOfOptional(nameof(TargetColumnName), TargetColumnName),
        .. ColumnNames.ErrorsOfOptional(nameof(GroupColumnName), GroupColumnName),
        .. ColumnNames.ErrorsOfSame(nameof(LabelColumnName), LabelColumnName, nameof(OutputColumnName), OutputColumnName),
    ];

    /// <summary>A checked copy, which later changes of this object do not reach.</summary>
    internal SequenceWindowOptions Validated()
    {
        OptionsValidation.Validate(this);
        var copy = (SequenceWindowOptions)MemberwiseClone();
        copy.InputColumnNames = [.. InputColumnNames];
        return copy;
    }
}
