namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How the rows of a long table become one sequence a group.</summary>
public sealed class SequenceGroupOptions
{
    /// <summary>The column of sequences, [T, C], T different from group to group. The default is "Features".</summary>
    public string OutputColumnName { get; set; } = "Features";

    /// <summary>The column that tells groups apart: a key, text, whole number, Boolean or time.</summary>
    public string IdColumnName { get; set; } = "";

    /// <summary>The column that orders the rows of a group: a number or a time. The default, null, keeps the order of the data.</summary>
    public string? TimeColumnName { get; set; }

    /// <summary>The columns of Single whose values are the channels of a step: C scalars, or vectors of known size.</summary>
    public string[] ValueColumnNames { get; set; } = [];

    /// <summary>
    /// True where the rows of a group follow one another: then one group at a time is in memory, and a group that comes again is an error.
    /// The default is false: all groups are gathered in memory.
    /// </summary>
    public bool Contiguous { get; set; }

    /// <summary>What happens where two rows of a group have the same time. The default is an error.</summary>
    public DuplicateTimes DuplicateTimes { get; set; } = DuplicateTimes.Error;

    /// <summary>What happens where another column differs within a group. The default is an error.</summary>
    public VaryingColumns VaryingColumns { get; set; } = VaryingColumns.Error;

    internal SequenceGroupOptions Validated()
    {
        var errors = new OptionErrors("Group");
        errors.RequireName(nameof(OutputColumnName), OutputColumnName);
        errors.RequireName(nameof(IdColumnName), IdColumnName);
        errors.Require(TimeColumnName != "", $"{nameof(TimeColumnName)} must be a column's name or null, but is empty.");
        errors.RequireNames(nameof(ValueColumnNames), ValueColumnNames);
        errors.Require(OutputColumnName != IdColumnName, $"{nameof(OutputColumnName)} and {nameof(IdColumnName)} are both '{IdColumnName}'.");
        errors.Require(TimeColumnName != IdColumnName, $"{nameof(TimeColumnName)} and {nameof(IdColumnName)} are both '{IdColumnName}'.");
        errors.Require(ValueColumnNames?.Contains(IdColumnName) != true, $"{nameof(ValueColumnNames)} holds the id column '{IdColumnName}'.");
        errors.Require(Enum.IsDefined(DuplicateTimes), $"{nameof(DuplicateTimes)} must be Error or KeepLast, but is {DuplicateTimes}.");
        errors.Require(Enum.IsDefined(VaryingColumns), $"{nameof(VaryingColumns)} must be Error or KeepFirst, but is {VaryingColumns}.");
        errors.ThrowIfAny();
        var copy = (SequenceGroupOptions)MemberwiseClone();
        copy.ValueColumnNames = [.. ValueColumnNames!];
        return copy;
    }
}
