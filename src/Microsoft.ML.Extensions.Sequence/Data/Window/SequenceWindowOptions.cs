using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of creating windows from rows in time order.</summary>
public sealed class SequenceWindowOptions : ICheckedOptions
{
    /// <summary>The column of windows, [Length, C], oldest step first. The default is "Features".</summary>
    [Required]
    public string OutputColumnName { get; set; } = "Features";

    /// <summary>
    /// The columns of Single whose values are the channels of a step: scalars, or vectors of known size. With
    /// <see cref="ForecastColumnNames"/> they are further inputs besides the series to forecast, and may be empty.
    /// </summary>
    public string[] InputColumnNames { get; set; } = [];

    /// <summary>
    /// The columns of Single to forecast. They are the first channels of a step, and their values in the next <see cref="Horizon"/> rows
    /// the label, [Horizon, K] (a vector of Horizon where K is 1). The default is none.
    /// </summary>
    public string[] ForecastColumnNames { get; set; } = [];

    /// <summary>
    /// The columns of Single that are known in advance, only with <see cref="ForecastColumnNames"/>: the last channels of a step are their
    /// values <see cref="Horizon"/> rows later. The default is none.
    /// </summary>
    public string[] KnownColumnNames { get; set; } = [];

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
    /// The number of rows from the window's last row to the target's row; 0 is the last row itself. The default is 1. With
    /// <see cref="ForecastColumnNames"/>, the number of next rows in the label. Not used without either.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int Horizon { get; set; } = 1;

    /// <summary>
    /// The column that identifies series: no window spans two series. The rows of a series must be consecutive,
    /// and a row without a series (the missing key, empty text) is an error. The default is null: one series.
    /// </summary>
    public string? GroupColumnName { get; set; }

    /// <summary>
    /// The column of times, DateTime, DateTimeOffset, TimeSpan or a number: the times of a series must increase from row to row. The
    /// default, null, takes the rows as they are.
    /// </summary>
    public string? TimeColumnName { get; set; }

    /// <summary>
    /// The time from one row of a series to the next, only with <see cref="TimeColumnName"/>. The default, zero, allows any time between
    /// two rows (months, trading days).
    /// </summary>
    public TimeSpan TimeStep { get; set; }

    /// <summary>The handling of rows that a series lacks by its <see cref="TimeStep"/>. The default is an error.</summary>
    public TimeGaps TimeGaps { get; set; } = TimeGaps.Error;

    /// <summary>
    /// The parts of the time that become channels known in advance, two each, after those of <see cref="KnownColumnNames"/>; only with
    /// <see cref="ForecastColumnNames"/> and a <see cref="TimeColumnName"/> of DateTime. The default is none.
    /// </summary>
    public CalendarParts Calendar { get; set; } = CalendarParts.None;

    /// <summary>The number of rows that a window needs after its last one.</summary>
    internal int Ahead => TargetColumnName is null && !Forecasts ? 0 : Horizon;

    /// <summary>Whether the label is the next values of some columns.</summary>
    internal bool Forecasts => ForecastColumnNames.Length > 0;

    /// <summary>All columns whose values are channels of a step, in the order of the channels.</summary>
    internal string[] ChannelColumnNames => [.. ForecastColumnNames, .. InputColumnNames, .. KnownColumnNames];

    IEnumerable<string> ICheckedOptions.Errors() =>
    [
        .. InputColumnNames is { Length: 0 } && ForecastColumnNames is { Length: > 0 } ? []
            : ColumnNames.ErrorsOfList(nameof(InputColumnNames), InputColumnNames),
        .. ForecastColumnNames is { Length: 0 } ? [] : ColumnNames.ErrorsOfList(nameof(ForecastColumnNames), ForecastColumnNames),
        .. KnownColumnNames is { Length: 0 } ? [] : ColumnNames.ErrorsOfList(nameof(KnownColumnNames), KnownColumnNames),
        .. ErrorsOfForecast(),
        .. ErrorsOfTime(),
        .. ColumnNames.ErrorsOfOptional(nameof(TimeColumnName), TimeColumnName),
        .. ColumnNames.ErrorsOfOptional(nameof(TargetColumnName), TargetColumnName),
        .. ColumnNames.ErrorsOfOptional(nameof(GroupColumnName), GroupColumnName),
        .. ColumnNames.ErrorsOfSame(nameof(LabelColumnName), LabelColumnName, nameof(OutputColumnName), OutputColumnName),
    ];

    private IEnumerable<string> ErrorsOfTime()
    {
        if (TimeStep < TimeSpan.Zero)
        {
            yield return $"TimeStep is {TimeStep:c}; it must not be negative.";
        }
        if (TimeColumnName is null && (TimeStep != TimeSpan.Zero || Calendar != CalendarParts.None))
        {
            yield return "TimeStep or Calendar is given without TimeColumnName; name the column of times.";
        }
        if (TimeGaps != TimeGaps.Error && TimeStep == TimeSpan.Zero)
        {
            yield return $"TimeGaps is {TimeGaps} and TimeStep is zero; set TimeStep, by which gaps are found.";
        }
        if (ForecastColumnNames is not { Length: > 0 } && (Calendar != CalendarParts.None || TimeGaps == TimeGaps.Missing))
        {
            yield return "Calendar or TimeGaps.Missing is given without ForecastColumnNames; name the columns to forecast, or leave both out.";
        }
    }

    private IEnumerable<string> ErrorsOfForecast()
    {
        if (ForecastColumnNames is not { Length: > 0 })
        {
            return KnownColumnNames is { Length: > 0 }
                ? ["KnownColumnNames is given without ForecastColumnNames; name the columns to forecast, or leave it empty."] : [];
        }
        var errors = new List<string>();
        if (TargetColumnName is not null)
        {
            errors.Add("TargetColumnName and ForecastColumnNames are both given; only one kind of label is possible.");
        }
        if (Horizon < 1)
        {
            errors.Add($"Horizon is {Horizon}; with ForecastColumnNames it must be at least 1.");
        }
        var twice = (InputColumnNames ?? []).Intersect(ForecastColumnNames).ToList();
        if (twice.Count > 0)
        {
            errors.Add($"InputColumnNames names columns of ForecastColumnNames, which are channels already: {string.Join(", ", twice)}.");
        }
        return errors;
    }
}
