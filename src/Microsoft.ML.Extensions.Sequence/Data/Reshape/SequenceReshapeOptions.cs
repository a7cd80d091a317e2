using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How flat columns become one sequence column.</summary>
public sealed class SequenceReshapeOptions : ICheckedOptions
{
    /// <summary>The column of sequences, [T, C]. The default is "Features".</summary>
    [Required]
    public string OutputColumnName { get; set; } = "Features";

    /// <summary>The columns of Single, scalar or vector, whose values are taken one after the other.</summary>
    public string[] InputColumnNames { get; set; } = [];

    /// <summary>C; the default, null, takes what <see cref="Steps"/> leaves. Needed where an input's size is not known.</summary>
    [Range(1, int.MaxValue)]
    public int? Channels { get; set; }

    /// <summary>T; the default, null, takes what <see cref="Channels"/> leaves.</summary>
    [Range(1, int.MaxValue)]
    public int? Steps { get; set; }

    /// <summary>The order of the values. The default is <see cref="SequenceLayout.TimeMajor"/>.</summary>
    public SequenceLayout Layout { get; set; } = SequenceLayout.TimeMajor;

    IEnumerable<string> ICheckedOptions.Errors() =>
    [
        .. ColumnNames.ErrorsOfList(nameof(InputColumnNames), InputColumnNames),
        .. Channels is null && Steps is null ? [$"{nameof(Channels)} and {nameof(Steps)} are both null; one is needed."] : Array.Empty<string>(),
    ];
}
