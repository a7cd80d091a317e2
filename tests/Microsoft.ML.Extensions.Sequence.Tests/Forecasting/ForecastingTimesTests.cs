using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence.Tests.Data;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

/// <summary>Forecasts of series with times, in tables and step by step.</summary>
[TestClass]
public sealed class ForecastingTimesTests
{
    private const int Length = 8;
    private const int Horizon = 3;

    private readonly MLContext _ml = new(1);

    // A value that is the hour of day at random times of a window's past would need the window; the calendar tells it alone.
    [TestMethod, Trained]
    public void Calendar_TellsWhatThePastDoesNot()
    {
        var random = new Random(TrainedSeed.From(1));
        var rows = Rows(600);
        Array.ForEach(rows, row => row.Value = (float)(Math.Sin(Math.Tau * row.Time.Hour / 24) + random.NextDouble() - 0.5));
        double Error(CalendarParts calendar)
        {
            var options = SeriesTable.Small(20);
            options.Training.LearningRate = 0.03;
            using var model = Window(calendar).Append(_ml.Forecasting.Trainers.ParaRnn(options, new ForecastOptions { Normalization = ForecastNormalization.None, LinearWindow = 1 }))
                .Fit(Load(rows));
            return _ml.Forecasting.Evaluate(model.Transform(Load(rows))).MeanSquaredError;
        }
        // The noise has a variance of 1/12, and the last value alone says little of the hour.
        TrainedBound.Below(Error(CalendarParts.HourOfDay), 1.3 / 12, "squared error");
    }

    [TestMethod]
    public void Engine_ForecastsAsTheTableDoes_OverGapsToo_AndContinuesTheCalendarItself()
    {
        var rows = Rows(80).Where((_, t) => t % 11 != 5 && t is < 30 or > 33).ToArray();
        using var model = Model(rows);
        // The table's forecasts are of the rows at which a window ends and that have the horizon after them.
        var scored = model.Transform(Load(rows));
        var expected = _ml.Data.CreateEnumerable<Scored>(scored, reuseRowObject: false).ToDictionary(row => row.Time, row => row.Score);
        using var engine = _ml.Model.CreateForecastingEngine<TimedRow, SeriesForecast>(model);
        Assert.AreEqual(0, engine.KnownSteps);
        var compared = 0;
        foreach (var row in rows)
        {
            engine.Observe(row);
            if (expected.TryGetValue(row.Time, out var score))
            {
                AssertClose(score, engine.Forecast().Score);
                compared++;
            }
        }
        Assert.AreEqual(expected.Count, compared);
        Assert.AreEqual(80, engine.Steps, "steps that are missing are steps too");
    }

    [TestMethod]
    public void StepWhoseTimeIsNotTheNextOne_IsRefusedByTheEngine_AndNotKept()
    {
        var rows = Rows(60);
        using var model = Model(rows, TimeGaps.Error);
        using var engine = _ml.Model.CreateForecastingEngine<TimedRow, SeriesForecast>(model);
        Array.ForEach(rows[..20], engine.Observe);
        StringAssert.Contains(Refusal(rows[18]), "Step 20 of the series: the time 2024-01-01T18:00:00");
        StringAssert.Contains(Refusal(rows[19]), "is that of the step before");
        StringAssert.Contains(Refusal(rows[23]), "3 steps of 01:00:00 are missing");
        Assert.AreEqual(20, engine.Steps);
        engine.Observe(rows[20]);

        string Refusal(TimedRow row) => Assert.ThrowsExactly<InvalidDataException>(() => engine.Observe(row)).Message;
    }

    [TestMethod]
    public void GapThatBeginsANewSeries_BeginsTheEngineAnew()
    {
        var rows = Rows(60);
        using var model = Model(rows, TimeGaps.NewSeries);
        using var engine = _ml.Model.CreateForecastingEngine<TimedRow, SeriesForecast>(model);
        Array.ForEach(rows[..20], engine.Observe);
        engine.Observe(rows[30]);
        Assert.AreEqual(1, engine.Steps);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => engine.Forecast()).Message, "1 were given");
    }

    [TestMethod]
    public void SavedState_KnowsTheTime_AlsoInALoadedModel()
    {
        var rows = Rows(60);
        using var model = Model(rows, TimeGaps.Error);
        using var engine = _ml.Model.CreateForecastingEngine<TimedRow, SeriesForecast>(model);
        Array.ForEach(rows[..20], engine.Observe);
        var loaded = TransformChecks.Reload(_ml, model, Load(rows).Schema);
        using var other = _ml.Model.CreateForecastingEngine<TimedRow, SeriesForecast>(loaded);
        using var state = new MemoryStream();
        engine.SaveState(state);
        state.Position = 0;
        other.LoadState(state);
        AssertClose(engine.Forecast().Score, other.Forecast().Score);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => other.Observe(rows[21])).Message, "1 steps of 01:00:00 are missing");
        other.Reset();
        other.Observe(rows[2]);
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void FutureRows_AreOfTheTimesToCome()
    {
        var rows = Rows(60);
        var options = Options(TimeGaps.Error);
        options.KnownColumnNames = ["Values"];
        using var model = _ml.Transforms.Sequences.Window(options).Append(_ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small())).Fit(Load(rows));
        var expected = model.Transform(Load(rows)).Vectors("Score");
        using var engine = _ml.Model.CreateForecastingEngine<TimedRow, SeriesForecast>(model);
        Array.ForEach(rows[..20], engine.Observe);
        Assert.AreEqual(Horizon, engine.KnownSteps);
        AssertClose(expected[20 - Length], engine.Forecast(rows[20..23]).Score);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => engine.Forecast(rows[21..24])).Message,
            "Future row 0 is of 2024-01-01T21:00:00.0000000; it must be of 2024-01-01T20:00:00.0000000");
    }

    [TestMethod]
    public void TimesToComeWithoutAStep_AreThoseOfTheRowsGiven()
    {
        var rows = Rows(60);
        var options = Options(TimeGaps.Error);
        options.TimeStep = TimeSpan.Zero;
        using var model = _ml.Transforms.Sequences.Window(options).Append(_ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small())).Fit(Load(rows));
        using var engine = _ml.Model.CreateForecastingEngine<TimedRow, SeriesForecast>(model);
        Array.ForEach(rows[..20], engine.Observe);
        Assert.AreEqual(Horizon, engine.KnownSteps);
        AssertClose(model.Transform(Load(rows)).Vectors("Score")[20 - Length], engine.Forecast(rows[20..23]).Score);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => engine.Forecast([rows[20], rows[20], rows[21]])).Message,
            "Future row 1 is of 2024-01-01T20:00:00.0000000; it must be after 2024-01-01T20:00:00.0000000");
    }

    [TestMethod]
    public void SeriesThatEndsAtTheLastDate_HasNoTimesToCome()
    {
        var rows = Rows(60);
        using var model = Model(rows, TimeGaps.Error);
        using var engine = _ml.Model.CreateForecastingEngine<TimedRow, SeriesForecast>(model);
        var late = Rows(Length, DateTime.MaxValue.Date.AddHours(23 - Length));
        Array.ForEach(late, engine.Observe);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => engine.Forecast()).Message, "beyond the last date");
    }

    private TransformerChain<NetworkTransformer> Model(TimedRow[] rows, TimeGaps gaps = TimeGaps.Missing)
    {
        var trainer = SeriesTable.Small();
        trainer.MissingValues = MissingValues.ForwardFill;
        return _ml.Transforms.Sequences.Window(Options(gaps)).Append(_ml.Forecasting.Trainers.ParaRnn(trainer)).Fit(Load(rows));
    }

    private SequenceWindowEstimator Window(CalendarParts calendar)
    {
        var options = Options(TimeGaps.Error);
        options.Calendar = calendar;
        return _ml.Transforms.Sequences.Window(options);
    }

    private static SequenceWindowOptions Options(TimeGaps gaps) => new()
    {
        ForecastColumnNames = ["Value"],
        Length = Length,
        Horizon = Horizon,
        TimeColumnName = "Time",
        TimeStep = TimeSpan.FromHours(1),
        TimeGaps = gaps,
        Calendar = CalendarParts.HourOfDay | CalendarParts.DayOfWeek,
    };

    private IDataView Load(TimedRow[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private static TimedRow[] Rows(int count, DateTime? from = null)
    {
        var random = new Random(TrainedSeed.From(1));
        return [.. Enumerable.Range(0, count).Select(t => new TimedRow
        {
            Time = (from ?? new DateTime(2024, 1, 1)).AddHours(t),
            Value = (float)(Math.Sin(0.7 * t) + random.NextDouble()),
            Values = random.Next(2),
        })];
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-4);
        }
    }

    private sealed class TimedRow
    {
        public DateTime Time { get; set; }

        public float Value { get; set; }

        public float Values { get; set; }
    }

    private sealed class Scored
    {
        public DateTime Time { get; set; }

        public float[] Score { get; set; } = [];
    }
}
