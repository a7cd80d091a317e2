using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence.Tests.Data;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

[TestClass]
public sealed class ForecastingEngineTests
{
    private const int Length = 12;
    private const int Horizon = 4;

    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void EachForecast_IsThatOfTheTable()
    {
        var rows = SeriesTable.Sines(60, noise: 1);
        using var model = Model(rows);
        var expected = model.Transform(SeriesTable.Load(_ml, rows)).Vectors("Score");
        using var engine = _ml.Model.CreateForecastingEngine<SeriesRow, SeriesForecast>(model);
        for (var t = 0; t < rows.Length - Horizon; t++)
        {
            engine.Observe(rows[t]);
            if (t >= Length - 1)
            {
                AssertClose(expected[t - Length + 1], engine.Forecast().Score);
            }
        }
    }

    [TestMethod]
    public void ColumnsBeforeTheWindow_AreComputedForEachStep()
    {
        var rows = SeriesTable.Sines(60, noise: 1);
        var table = SeriesTable.Load(_ml, rows);
        using var model = _ml.Transforms.NormalizeMeanVariance("Scaled", "First", fixZero: false)
            .Append(_ml.Transforms.Sequences.ForecastWindow(["Scaled"], Length, Horizon))
                .Append(_ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small())).Fit(table);
        var expected = model.Transform(table).Vectors("Score")[0];
        using var engine = _ml.Model.CreateForecastingEngine<SeriesRow, SeriesForecast>(model);
        AssertClose(expected, Feed(engine, rows[..Length]).Score);
    }

    [TestMethod]
    public void KnownColumns_AreReadOfTheRowsToCome()
    {
        var rows = SeriesTable.Planned(60);
        var table = SeriesTable.Load(_ml, rows);
        using var model = _ml.Transforms.Sequences.ForecastWindow(["First"], Length, Horizon, knownColumnNames: ["Plan"])
            .Append(_ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small(), new ForecastOptions { KnownChannels = 1 })).Fit(table);
        var expected = model.Transform(table).Vectors("Score");
        using var engine = _ml.Model.CreateForecastingEngine<SeriesRow, SeriesForecast>(model);
        Assert.AreEqual(Horizon, engine.KnownSteps);
        Array.ForEach(rows[..20], engine.Observe);
        var plans = rows[20..24].Select(row => new SeriesRow { First = float.NaN, Plan = row.Plan }).ToArray();
        AssertClose(expected[20 - Length], engine.Forecast(plans).Score);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => engine.Forecast()).Message, "the model needs 4");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => engine.Forecast(plans[..2])).Message, "2 future rows were given");
    }

    [TestMethod]
    public void FewerStepsThanAWindow_AreReportedByNumber()
    {
        var rows = SeriesTable.Sines(60, noise: 1);
        using var model = Model(rows);
        using var engine = _ml.Model.CreateForecastingEngine<SeriesRow, SeriesForecast>(model);
        engine.Observe(rows[0]);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => engine.Forecast()).Message, "12 steps, and 1 were given");
        Assert.AreEqual((1L, Length), (engine.Steps, engine.WindowLength));
    }

    [TestMethod]
    public void SavedState_GoesOnInAnotherEngineOfTheLoadedModel()
    {
        var rows = SeriesTable.Sines(60, noise: 1);
        using var model = Model(rows);
        using var engine = _ml.Model.CreateForecastingEngine<SeriesRow, SeriesForecast>(model);
        Feed(engine, rows[..30]);
        using var state = new MemoryStream();
        engine.SaveState(state);
        state.Position = 0;
        var loaded = TransformChecks.Reload(_ml, model, SeriesTable.Load(_ml, rows).Schema);
        using var other = _ml.Model.CreateForecastingEngine<SeriesRow, SeriesForecast>(loaded);
        other.LoadState(state);
        Assert.AreEqual(30, other.Steps);
        CollectionAssert.AreEqual(Feed(engine, rows[30..35]).Score, Feed(other, rows[30..35]).Score);
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void DamagedState_IsRefused_AndChangesNothing()
    {
        var rows = SeriesTable.Sines(60, noise: 1);
        using var model = Model(rows);
        using var engine = _ml.Model.CreateForecastingEngine<SeriesRow, SeriesForecast>(model);
        var before = Feed(engine, rows[..30]).Score;
        using var state = new MemoryStream();
        engine.SaveState(state);
        var bytes = state.ToArray();
        for (var length = 0; length < bytes.Length; length += 37)
        {
            Assert.ThrowsExactly<FormatException>(() => engine.LoadState(new MemoryStream(bytes[..length])));
        }
        bytes[^5] ^= 1;
        Assert.ThrowsExactly<FormatException>(() => engine.LoadState(new MemoryStream(bytes)));
        CollectionAssert.AreEqual(before, engine.Forecast().Score);
    }

    [TestMethod]
    public void StateOfAnotherModel_IsRefused()
    {
        using var model = Model(SeriesTable.Sines(60, noise: 1));
        using var another = Model(SeriesTable.Sines(60, noise: 2));
        using var engine = _ml.Model.CreateForecastingEngine<SeriesRow, SeriesForecast>(model);
        using var other = _ml.Model.CreateForecastingEngine<SeriesRow, SeriesForecast>(another);
        using var state = new MemoryStream();
        engine.SaveState(state);
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => other.LoadState(new MemoryStream(state.ToArray()))).Message, "another model");
    }

    [TestMethod]
    public void Reset_BeginsAnew()
    {
        var rows = SeriesTable.Sines(60, noise: 1);
        using var model = Model(rows);
        using var engine = _ml.Model.CreateForecastingEngine<SeriesRow, SeriesForecast>(model);
        var first = Feed(engine, rows[..Length]).Score;
        Feed(engine, rows[20..30]);
        engine.Reset();
        Assert.AreEqual(0, engine.Steps);
        CollectionAssert.AreEqual(first, Feed(engine, rows[..Length]).Score);
    }

    [TestMethod]
    public void ModelWithoutAWindow_IsRefusedWithWhatToDo()
    {
        var rows = SeriesTable.Sines(60, noise: 1);
        using var model = Model(rows);
        var e = Assert.ThrowsExactly<ArgumentException>(
            () => _ml.Model.CreateForecastingEngine<SeriesRow, SeriesForecast>(model.LastTransformer));
        StringAssert.Contains(e.Message, "ForecastWindow");
    }

    [TestMethod]
    public void DisposedEngine_SaysSo()
    {
        var rows = SeriesTable.Sines(60, noise: 1);
        using var model = Model(rows);
        var engine = _ml.Model.CreateForecastingEngine<SeriesRow, SeriesForecast>(model);
        engine.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => engine.Observe(rows[0]));
        Assert.ThrowsExactly<ObjectDisposedException>(() => engine.Forecast());
    }

    private TransformerChain<NetworkTransformer> Model(SeriesRow[] rows) =>
        _ml.Transforms.Sequences.ForecastWindow(["First", "Second"], Length, Horizon)
            .Append(_ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small())).Fit(SeriesTable.Load(_ml, rows));

    private static SeriesForecast Feed(ForecastingEngine<SeriesRow, SeriesForecast> engine, SeriesRow[] rows)
    {
        Array.ForEach(rows, engine.Observe);
        return engine.Forecast();
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-4);
        }
    }
}
