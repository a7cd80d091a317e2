using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of creating a sequence column from flat columns.</summary>
public sealed class SequenceReshapeOptions : ICheckedOptions
{
    /// <summary>The column of sequences, [T, C]. The default is "Features".</summary>
    [Required]
    public string OutputColumnName { get; set; } = "Features";

    /// <summary>The columns of Single, scalar or vector, whose values are concatenated.</summary>
    public string[] InputColumnNames { get; set; } = [];

    /// <summary>C; the default, null, follows from <see cref="Steps"/>. Required where an input's size is not known.</summary>
    [Range(1, int.MaxValue)]
    public int? Channels { get; set; }

    /// <summary>T; the default, null, follows from <see cref="Channels"/>.</summary>
    [Range(1, int.MaxValue)]
    public int? Steps { get; set; }

    /// <summary>The order of the values. The default is <see cref="SequenceLayout.TimeMajor"/>.</summary>
    public SequenceLayout Layout { get; set; } = SequenceLayout.TimeMajor;

    IEnumerable<string> ICheckedOptions.Errors() =>
    [
        .. ColumnNames.ErrorsOfList(nameof(InputColumnNames), InputColumnNames),
        .. Channels is null && Steps is null ? [$"{nameof(Channels)} and {nameof(Steps)} are both null; one is needed."]
            : Array.Empty<string>(),
    ];
}
