using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Training;

/// <summary>A summary of the rows' places from the first reading.</summary>
internal sealed class RowSurvey
{
    private readonly SortedDictionary<long, (long First, long Last)> _series = [];
    private long _rows, _steps;

    /// <summary>The times of the first and the last row of each series, in the order of the series' numbers.</summary>
    public IReadOnlyDictionary<long, (long First, long Last)> Series => _series;

    /// <summary>The number of steps of the longest row.</summary>
    public int Longest { get; private set; }

    /// <summary>The mean number of steps.</summary>
    public double MeanSteps => (double)_steps / Math.Max(1, _rows);

    public void Add(RowPlace place, int steps)
    {
        (_rows, _steps) = (_rows + 1, _steps + steps);
        Longest = Math.Max(Longest, steps);
        _series[place.Series] = _series.TryGetValue(place.Series, out var span)
            ? (Math.Min(span.First, place.Start), Math.Max(span.Last, place.Start)) : (place.Start, place.Start);
    }
}
