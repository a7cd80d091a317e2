namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How flat columns become one sequence column.</summary>
public sealed class SequenceReshapeOptions
{
    /// <summary>The column of sequences, [T, C]. The default is "Features".</summary>
    public string OutputColumnName { get; set; } = "Features";

    /// <summary>The columns of Single, scalar or vector, whose values are taken one after the other.</summary>
    public string[] InputColumnNames { get; set; } = [];

    /// <summary>C; the default, null, takes what <see cref="Steps"/> leaves. Needed where an input's size is not known.</summary>
    public int? Channels { get; set; }

    /// <summary>T; the default, null, takes what <see cref="Channels"/> leaves.</summary>
    public int? Steps { get; set; }

    /// <summary>The order of the values. The default is <see cref="SequenceLayout.TimeMajor"/>.</summary>
    public SequenceLayout Layout { get; set; } = SequenceLayout.TimeMajor;

    internal SequenceReshapeOptions Validated()
    {
        var errors = new OptionErrors("Reshape");
        errors.RequireName(nameof(OutputColumnName), OutputColumnName);
        errors.RequireNames(nameof(InputColumnNames), InputColumnNames);
        errors.RequireAtLeast(nameof(Channels), 1, Channels);
        errors.RequireAtLeast(nameof(Steps), 1, Steps);
        errors.Require(Channels is not null || Steps is not null, $"{nameof(Channels)}, {nameof(Steps)} or both must be set.");
        errors.Require(Enum.IsDefined(Layout), $"{nameof(Layout)} must be TimeMajor or ChannelMajor, but is {Layout}.");
        errors.ThrowIfAny();
        var copy = (SequenceReshapeOptions)MemberwiseClone();
        copy.InputColumnNames = [.. InputColumnNames];
        return copy;
    }
}
