using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Reads the places of a view's rows, and decides how rows are held out.</summary>
/// <remarks>
/// Windows made by <c>ml.Transforms.Sequences.Window</c> have their series and time. Other rows of a forecast are treated as windows of one
/// series, one step apart, in the order of the view, so that the gap is never too small. A group column gives the series of any row.
/// </remarks>
internal sealed class RowOrder
{
    private readonly (DataViewSchema.Column Column, long Span)? _windows;
    private readonly string? _group;
    private readonly int _horizon;

    private RowOrder(DataViewSchema schema, string? group, TaskKind task, DataViewSchema.Column label)
    {
        (_windows, _group, IsForecast) = (WindowPlaces.Find(schema), group, task.RowsAreInTime);
        _horizon = IsForecast && label.Type is VectorDataViewType vector ? vector.Dimensions[0] : 0;
    }

    /// <summary>Whether rows have places.</summary>
    public bool HasPlaces => InTime || _group is not null;

    private bool InTime => IsForecast || _windows is not null;

    private bool IsForecast { get; }

    /// <param name="schema">The data.</param>
    /// <param name="group">The group column; null for none.</param>
    /// <param name="task">The task.</param>
    /// <param name="label">Its column.</param>
    public static RowOrder Of(DataViewSchema schema, string? group, TaskKind task, DataViewSchema.Column label) =>
        new(schema, group, task, label);

    /// <summary>The columns to read.</summary>
    public IEnumerable<DataViewSchema.Column> Sources(DataViewSchema schema)
    {
        if (_windows is { } windows)
        {
            yield return windows.Column;
        }
        if (_group is not null)
        {
            yield return GroupReader.Find(schema, _group);
        }
    }

    /// <summary>Reads the place of the cursor's row.</summary>
    public Func<RowPlace> Reader(DataViewRow row)
    {
        Func<RowPlace> place = _windows is { } windows ? WindowPlaces.Reader(row, windows.Column) : () => new RowPlace(0, row.Position);
        if (_group is null)
        {
            return place;
        }
        var group = GroupReader.Create(row, _group);
        return () => place() with
        {
            Series = group() is > 0 and var key ? (long)key
                : throw new InvalidDataException($"Column '{_group}', row {row.Position}: the group is missing; every row needs one."),
        };
    }

    /// <summary>The split into parts; null where the rows do not allow one.</summary>
    /// <remarks>
    /// A forecast is validated on the ends of its series. Other rows are held out as whole series where there are enough of them, otherwise
    /// as the ends of series of windows, otherwise one by one.
    /// </remarks>
    /// <param name="survey">The rows.</param>
    /// <param name="fraction">The approximate fraction to hold out.</param>
    /// <param name="seed">The seed of random choices.</param>
    public RowSplit? HoldOut(RowSurvey survey, double fraction, int seed)
    {
        if (!HasPlaces)
        {
            return new DrawnRows(seed, fraction);
        }
        var whole = (int)Math.Round(survey.Series.Count * fraction);
        if (!IsForecast && whole > 0 && whole < survey.Series.Count)
        {
            return DrawnSeries.Of(survey, whole, seed);
        }
        return (RowSplit?)(InTime ? SeriesEnds.Of(survey, fraction, Span(survey)) : null)
            ?? (survey.Series.Count > 1 ? DrawnSeries.Of(survey, Math.Clamp(whole, 1, survey.Series.Count - 1), seed) : null);
    }

    /// <summary>The kind of split, for messages.</summary>
    public string Describe(RowSurvey survey) => InTime
        ? $"the end of each of {survey.Series.Count} series, with a gap of {Span(survey)} steps before it,"
        : HasPlaces ? $"whole groups of the {survey.Series.Count} in column '{_group}'" : "rows drawn at random";

    /// <summary>The steps that a row and its label take.</summary>
    private long Span(RowSurvey survey) => _windows?.Span ?? survey.Longest + (long)_horizon;
}
