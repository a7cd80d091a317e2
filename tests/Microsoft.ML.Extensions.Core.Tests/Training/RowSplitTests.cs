using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class RowSplitTests
{
    private const int Span = 7;

    [TestMethod]
    public void EndsOfSeries_AreHeldOut_WithAGapExactToAStep()
    {
        var split = SeriesEnds.Of(Survey((0, 0, 99), (1, 0, 49)), fraction: 0.1, Span)!;
        foreach (var (series, cut) in new[] { (0, 90), (1, 45) })
        {
            Assert.AreEqual(RowPart.Validation, Part(split, series, cut));
            Assert.AreEqual(RowPart.Gap, Part(split, series, cut - 1));
            Assert.AreEqual(RowPart.Gap, Part(split, series, cut - Span + 1));
            Assert.AreEqual(RowPart.Training, Part(split, series, cut - Span));
        }
    }

    [TestMethod]
    public void SeriesTooShortForTheGap_AreLearnedFromWhole()
    {
        var split = SeriesEnds.Of(Survey((0, 0, 99), (5, 0, Span - 1)), fraction: 0.1, Span)!;
        Assert.IsTrue(Enumerable.Range(0, Span).All(start => Part(split, 5, start) == RowPart.Training));
        Assert.IsNull(SeriesEnds.Of(Survey((5, 0, Span - 1)), fraction: 0.1, Span));
        Assert.IsNotNull(SeriesEnds.Of(Survey((5, 0, Span)), fraction: 0.1, Span));
    }

    [TestMethod]
    public void SeriesThatBeginLate_AreCutByTheirOwnTime()
    {
        var split = SeriesEnds.Of(Survey((0, 1000, 1099)), fraction: 0.25, Span)!;
        Assert.AreEqual((RowPart.Gap, RowPart.Validation), (Part(split, 0, 1074), Part(split, 0, 1075)));
    }

    [TestMethod]
    public void WholeSeries_AreDrawnBySeed()
    {
        var survey = Survey([.. Enumerable.Range(0, 20).Select(series => ((long)series, 0L, 3L))]);
        var (one, same, other) = (Held(1), Held(1), Held(2));
        Assert.HasCount(5, one);
        CollectionAssert.AreEqual(one, same);
        CollectionAssert.AreNotEqual(one, other);

        long[] Held(int seed)
        {
            var split = DrawnSeries.Of(survey, 5, seed);
            return [.. survey.Series.Keys.Where(series => Part(split, series, 2) == RowPart.Validation)];
        }
    }

    private static RowPart Part(RowSplit split, long series, long start) => split.PartOf(row: 0, new RowPlace(series, start));

    private static RowSurvey Survey(params (long Series, long First, long Last)[] series)
    {
        var survey = new RowSurvey();
        foreach (var (number, first, last) in series)
        {
            survey.Add(new RowPlace(number, last), 3);
            survey.Add(new RowPlace(number, first), 4);
        }
        return survey;
    }
}
