using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of creating one sequence per group from the rows of a long table.</summary>
public sealed class SequenceGroupOptions : ICheckedOptions
{
    /// <summary>The column of sequences, [T, C], T different from group to group. The default is "Features".</summary>
    [Required]
    public string OutputColumnName { get; set; } = "Features";

    /// <summary>
    /// The column that identifies groups: a key, text, whole number, Boolean or time. A row without an id (the missing key, empty text) is
    /// an error.
    /// </summary>
    [Required]
    public string IdColumnName { get; set; } = "";

    /// <summary>The column that orders the rows of a group: a number or a time. The default, null, keeps the order of the data.</summary>
    public string? TimeColumnName { get; set; }

    /// <summary>The columns of Single whose values are the channels of a step: C scalars, or vectors of known size.</summary>
    public string[] ValueColumnNames { get; set; } = [];

    /// <summary>
    /// Whether the rows of a group are consecutive: then only one group is in memory, and a group that occurs again is an error.
    /// The default is false: all groups are gathered in memory.
    /// </summary>
    public bool Contiguous { get; set; }

    /// <summary>The handling of two rows of a group with the same time. The default is an error.</summary>
    public DuplicateTimes DuplicateTimes { get; set; } = DuplicateTimes.Error;

    /// <summary>The handling of another column that varies within a group. The default is an error.</summary>
    public VaryingColumns VaryingColumns { get; set; } = VaryingColumns.Error;

    IEnumerable<string> ICheckedOptions.Errors() =>
    [
        .. ColumnNames.ErrorsOfList(nameof(ValueColumnNames), ValueColumnNames),
        .. ColumnNames.ErrorsOfOptional(nameof(TimeColumnName), TimeColumnName),
        .. ColumnNames.ErrorsOfSame(nameof(OutputColumnName), OutputColumnName, nameof(IdColumnName), IdColumnName),
        .. ColumnNames.ErrorsOfSame(nameof(TimeColumnName), TimeColumnName, nameof(IdColumnName), IdColumnName),
        .. ValueColumnNames?.Contains(IdColumnName) == true ? [$"{nameof(ValueColumnNames)} holds the id column '{IdColumnName}'."]
            : Array.Empty<string>(),
    ];
}
