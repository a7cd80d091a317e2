using Microsoft.ML.Extensions.Sequence.Tests.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

/// <summary>Series with missing values: in windows, in labels, step by step.</summary>
[TestClass]
public sealed class MissingValuesTests
{
    private const int Length = 12;
    private const int Horizon = 4;

    private readonly MLContext _ml = new(1);

    // One value of four is missing, so no window with its label is complete.
    [TestMethod, Trained]
    [DataRow(true)]
    [DataRow(false)]
    public void ValuesThatAreKnown_AreLearnedFrom_AlsoWhereNoLabelIsComplete(bool linearOnly)
    {
        var rows = Holes(SeriesTable.Sines(500), t => t % 4 == 0);
        var options = SeriesTable.Small();
        options.MissingValues = MissingValues.ForwardFill;
        using var model = Window("First").Append(_ml.Forecasting.Trainers.ParaRnn(options, new ForecastOptions { LinearOnly = linearOnly }))
            .Fit(SeriesTable.Load(_ml, rows));
        var metrics = _ml.Forecasting.Evaluate(model.Transform(SeriesTable.Load(_ml, rows)));
        Assert.AreEqual((500 - Length - Horizon + 1, 500 - Length - Horizon + 1), (metrics.Rows, metrics.MissingValues));
        // The sine's variance is .5; a forward fill errs by up to .7 in the windows.
        TrainedBound.Below(metrics.MeanSquaredError, 0.05, "squared error");
    }

    [TestMethod]
    public void MissingStepsOfTheEngine_AreThoseOfTheTable()
    {
        var rows = Holes(SeriesTable.Sines(80, noise: 1), t => t % 5 == 0);
        var options = SeriesTable.Small();
        options.MissingValues = MissingValues.ForwardFill;
        using var model = Window("First").Append(_ml.Forecasting.Trainers.ParaRnn(options)).Fit(SeriesTable.Load(_ml, rows));
        var expected = model.Transform(SeriesTable.Load(_ml, rows)).Vectors("Score");
        using var engine = _ml.Model.CreateForecastingEngine<SeriesRow, SeriesForecast>(model);
        for (var t = 0; t < 40; t++)
        {
            engine.Observe(rows[t]);
            if (t >= Length - 1)
            {
                foreach (var (scored, streamed) in expected[t - Length + 1].Zip(engine.Forecast().Score))
                {
                    Assert.AreEqual(scored, streamed, 1e-4);
                }
            }
        }
    }

    [TestMethod]
    public void WindowWithoutAnyValueOfASeries_IsRefused_InTrainingScoringAndStreaming()
    {
        var rows = Holes(SeriesTable.Sines(120, noise: 1), t => t is >= 60 and < 60 + Length, second: true);
        var options = SeriesTable.Small();
        options.MissingValues = MissingValues.ForwardFill;
        var pipeline = Window("First", "Second").Append(_ml.Forecasting.Trainers.ParaRnn(options));
        const string said = "channel 1 has no value in any of the row's 12 steps";
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => pipeline.Fit(SeriesTable.Load(_ml, rows))).Message, $"row 60: {said}");
        using var model = pipeline.Fit(SeriesTable.Load(_ml, rows[..60]));
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => model.Transform(SeriesTable.Load(_ml, rows)).Vectors("Score")).Message, said);
        using var engine = _ml.Model.CreateForecastingEngine<SeriesRow, SeriesForecast>(model);
        Array.ForEach(rows[..(60 + Length)], engine.Observe);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => engine.Forecast()).Message, said);
        engine.Observe(rows[60 + Length]);
        Assert.IsTrue(engine.Forecast().Score.All(float.IsFinite));
    }

    [TestMethod]
    public void MissingValuesThatAreZeros_NeedNoOtherValue()
    {
        var rows = Holes(SeriesTable.Sines(120, noise: 1), t => t is >= 60 and < 60 + Length, second: true);
        var options = SeriesTable.Small();
        options.MissingValues = MissingValues.Zero;
        using var model = Window("First", "Second").Append(_ml.Forecasting.Trainers.ParaRnn(options)).Fit(SeriesTable.Load(_ml, rows));
        Assert.IsTrue(model.Transform(SeriesTable.Load(_ml, rows)).Vectors("Score").All(score => score.All(float.IsFinite)));
    }

    [TestMethod]
    public void SeriesWithoutAnyValueInTheLabels_IsRefusedByName()
    {
        var rows = Holes(SeriesTable.Sines(60), t => t >= Length, second: true);
        var options = SeriesTable.Small();
        options.MissingValues = MissingValues.ForwardFill;
        var message = Assert.ThrowsExactly<InvalidOperationException>(
            () => Window("First", "Second").Append(_ml.Forecasting.Trainers.ParaRnn(options)).Fit(SeriesTable.Load(_ml, rows[..(Length + 6)]))).Message;
        StringAssert.Contains(message, "Series 1 ('Second[t+1]') of label column 'Label' has no value");
    }

    [TestMethod]
    public void NumberOfMissingValues_IsInTheLog()
    {
        var log = new List<string>();
        _ml.Log += (_, e) => log.Add(e.Message);
        var rows = Holes(SeriesTable.Sines(60), t => t is 20 or 59);
        var options = SeriesTable.Small();
        options.MissingValues = MissingValues.ForwardFill;
        using var model = Window("First").Append(_ml.Forecasting.Trainers.ParaRnn(options)).Fit(SeriesTable.Load(_ml, rows));
        Assert.IsTrue(log.Exists(message => message.Contains("5 values of the labels of 45 rows are missing", StringComparison.Ordinal)));
    }

    private SequenceWindowEstimator Window(params string[] columns) =>
        _ml.Transforms.Sequences.ForecastWindow(columns, Length, Horizon);

    private static SeriesRow[] Holes(SeriesRow[] rows, Func<int, bool> isMissing, bool second = false) =>
        [.. rows.Select((row, t) => new SeriesRow
        {
            First = isMissing(t) && !second ? float.NaN : row.First,
            Second = isMissing(t) && second ? float.NaN : row.Second,
        })];
}
