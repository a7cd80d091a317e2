using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Decides which rows are training rows and which are held out; the same in every epoch.</summary>
internal abstract class RowSplit
{
    /// <param name="row">The row's number among those with a label.</param>
    /// <param name="place">Its place.</param>
    public abstract RowPart PartOf(long row, RowPlace place);
}

/// <summary>Draws rows one by one: for independent rows.</summary>
internal sealed class DrawnRows(int seed, double fraction) : RowSplit
{
    public override RowPart PartOf(long row, RowPlace place) =>
        SeedSequence.Draws(seed, row, fraction) ? RowPart.Validation : RowPart.Training;
}

/// <summary>Draws whole series, so that no series is in both parts.</summary>
internal sealed class DrawnSeries(IReadOnlySet<long> held) : RowSplit
{
    public override RowPart PartOf(long row, RowPlace place) => held.Contains(place.Series) ? RowPart.Validation : RowPart.Training;

    /// <summary>A number of series, always the same ones for a seed.</summary>
    public static DrawnSeries Of(RowSurvey survey, int count, int seed) =>
        new(survey.Series.Keys.OrderBy(series => SeedSequence.Derive(seed, series)).ThenBy(series => series).Take(count).ToHashSet());
}

/// <summary>Holds out the end of each series, with a gap before it in which a row's steps would be in both parts.</summary>
/// <param name="cuts">The time at which the end of each series begins; series without one are training rows as a whole.</param>
/// <param name="span">The number of steps of a row with its label: training rows begin at least this many steps before the end.</param>
internal sealed class SeriesEnds(IReadOnlyDictionary<long, long> cuts, long span) : RowSplit
{
    public override RowPart PartOf(long row, RowPlace place) =>
        !cuts.TryGetValue(place.Series, out var cut) || place.Start + span <= cut ? RowPart.Training
        : place.Start < cut ? RowPart.Gap : RowPart.Validation;

    /// <summary>Holds out the last part of each series; null where no series has rows before its gap.</summary>
    public static SeriesEnds? Of(RowSurvey survey, double fraction, long span)
    {
        var cuts = new Dictionary<long, long>();
        foreach (var (series, (first, last)) in survey.Series)
        {
            var cut = last + 1 - Math.Max(1, (long)((last - first + 1) * fraction));
            if (first + span <= cut)
            {
                cuts[series] = cut;
            }
        }
        return cuts.Count == 0 ? null : new SeriesEnds(cuts, span);
    }
}
