using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Conformal;

namespace Microsoft.ML.Extensions.Core.Tests.Conformal;

[TestClass]
public sealed class ConformalIntervalTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Intervals_AreThePredictionAndTheDistanceOfTheRank()
    {
        var model = _ml.Regression.ConformalInterval(0.8).Fit(View(Rows(9, 1)));
        // Errors are 1 to 9; the rank is 10 * .8 = 8.
        var intervals = Intervals(model.Transform(View([new Row { Score = 100 }])));
        Assert.AreEqual((92f, 108f), intervals.Single());
    }

    [TestMethod]
    public void RowsLikeThose_AreCovered_AndMetricsSaySo()
    {
        var random = new Random(1);
        var model = _ml.Regression.ConformalInterval(0.9).Fit(View(Noisy(random, 1000)));
        var metrics = _ml.Regression.EvaluateIntervals(model.Transform(View(Noisy(random, 20_000))), coverage: 0.9);
        Assert.IsInRange(0.87, 0.93, metrics.Coverage);
        // Uniform errors of -1 to 1.
        Assert.IsInRange(1.74, 1.86, metrics.MeanWidth);
        Assert.IsInRange(metrics.MeanWidth + 0.05, metrics.MeanWidth + 0.2, metrics.IntervalScore);
        Assert.AreEqual(20_000, metrics.Labels);
    }

    [TestMethod]
    public void Metrics_AreThoseByHand()
    {
        Bounded[] rows = [new() { Label = 1, Lower = 0, Upper = 2 }, new() { Label = 5, Lower = 0, Upper = 4 }, new() { Label = float.NaN, Upper = 1 }, new() { Label = 4, Lower = 4, Upper = 4 }];
        var metrics = _ml.Regression.EvaluateIntervals(_ml.Data.LoadFromEnumerable(rows), coverage: 0.5);
        Assert.AreEqual(3, metrics.Labels);
        Assert.AreEqual(2 / 3.0, metrics.Coverage, 1e-12);
        Assert.AreEqual(2, metrics.MeanWidth, 1e-12);
        Assert.AreEqual((2 + 4 + (4 * 1) + 0) / 3.0, metrics.IntervalScore, 1e-12);
    }

    // Narrow where the model's quantiles are narrow, and the same coverage in both halves.
    [TestMethod]
    public void Quantiles_AreWidenedOrNarrowed_AndKeepTheirShape()
    {
        var random = new Random(1);
        var options = new ConformalIntervalOptions { QuantilesColumnName = nameof(Row.Quantiles), Coverage = 0.8 };
        var model = _ml.Regression.ConformalInterval(options).Fit(View(Uneven(random, 1000)));
        var later = Uneven(random, 20_000);
        var intervals = Intervals(model.Transform(View(later)));
        var easy = later.Zip(intervals).Where(pair => pair.First.Quantiles[2] < 5).ToArray();
        var hard = later.Zip(intervals).Where(pair => pair.First.Quantiles[2] > 5).ToArray();
        Assert.IsInRange(0.76, 0.84, later.Zip(intervals).Average(pair => Holds(pair.First, pair.Second)));
        Assert.IsGreaterThan(5 * easy.Average(pair => pair.Second.Upper - pair.Second.Lower), hard.Average(pair => pair.Second.Upper - pair.Second.Lower));
        // What the model says is 1.5 times too wide.
        Assert.IsLessThan(later.Average(row => row.Quantiles[2] - row.Quantiles[0]), intervals.Average(interval => interval.Upper - interval.Lower));

        static double Holds(Row row, (float Lower, float Upper) interval) => row.Label >= interval.Lower && row.Label <= interval.Upper ? 1 : 0;
    }

    [TestMethod]
    public void QuantilesThatNarrowToNothing_AreTheirMiddle()
    {
        Row[] rows = [.. Enumerable.Range(0, 9).Select(_ => new Row { Label = 5, Quantiles = [0, 5, 10] })];
        var options = new ConformalIntervalOptions { QuantilesColumnName = nameof(Row.Quantiles), Coverage = 0.9 };
        var model = _ml.Regression.ConformalInterval(options).Fit(View(rows));
        Assert.AreEqual((2f, 2f), Intervals(model.Transform(View([new Row { Quantiles = [1, 2, 3] }]))).Single());
    }

    [TestMethod]
    public void EachStepOfAForecast_HasADistanceOfItsOwn_AndMissingLabelsAreLeftOut()
    {
        Steps[] rows = [.. Enumerable.Range(1, 20).Select(error => new Steps { Score = [0, 0], Label = [error, error > 10 ? float.NaN : -10 * error] })];
        var model = _ml.Forecasting.ConformalInterval(0.9).Fit(_ml.Data.LoadFromEnumerable(rows));
        var scored = model.Transform(_ml.Data.LoadFromEnumerable([new Steps { Score = [1, 2], Label = [1, 2] }]));
        // Of 20 the 19th, of 10 the 10th.
        CollectionAssert.AreEqual(new float[] { 20, 102 }, scored.GetColumn<float[]>("Upper").Single());
        CollectionAssert.AreEqual(new float[] { -18, -98 }, scored.GetColumn<float[]>("Lower").Single());
        CollectionAssert.AreEqual(new[] { 1.0, 1.0 }, _ml.Forecasting.EvaluateIntervals(scored).CoverageBySlot.ToArray());
    }

    [TestMethod]
    public void LabelsThatDecide_AreWithin_AlsoWhereSingleRounds()
    {
        var random = new Random(1);
        Row[] rows = [.. Enumerable.Range(0, 999).Select(_ => new Row { Score = 1e6f * random.NextSingle(), Label = 1e6f * random.NextSingle() })];
        var model = _ml.Regression.ConformalInterval(0.999).Fit(View(rows));
        Assert.AreEqual(1, _ml.Regression.EvaluateIntervals(model.Transform(View(rows))).Coverage);
    }

    [TestMethod]
    public void Ends_AreRoundedOutwards()
    {
        var random = new Random(1);
        for (var i = 0; i < 100; i++)
        {
            var (score, distance) = (random.NextDouble(), random.NextDouble());
            var (lower, upper) = ConformalIntervals.Interval(score, score, distance);
            Assert.IsInRange(score - distance - 1e-6, score - distance, lower);
            Assert.IsInRange(score + distance, score + distance + 1e-6, upper);
        }
    }

    [TestMethod]
    public void EndsBeyondSingle_AreItsLargestNumbers()
    {
        var model = _ml.Regression.ConformalInterval(0.5).Fit(View([new Row { Score = -3e38f, Label = 3e38f }, new Row { Score = -3e38f, Label = 2e38f }, new Row { Score = 3e38f, Label = -3e38f }]));
        Assert.AreEqual((float.MinValue, float.MaxValue), Intervals(model.Transform(View([new Row { Score = 1 }]))).Single());
    }

    [TestMethod]
    public void SavedModel_GivesTheSameIntervals_AndAnEngineToo()
    {
        var rows = Rows(30, 0.1f);
        var model = _ml.Regression.ConformalInterval().Fit(View(rows));
        using var file = new MemoryStream();
        _ml.Model.Save(model, View(rows).Schema, file);
        file.Position = 0;
        var loaded = new MLContext().Model.Load(file, out _);
        CollectionAssert.AreEqual(Intervals(model.Transform(View(rows))), Intervals(loaded.Transform(View(rows))));
        using var engine = _ml.Model.CreatePredictionEngine<Row, Interval>(loaded);
        foreach (var score in new[] { 1f, 50f, 1f })
        {
            var interval = engine.Predict(new Row { Score = score });
            Assert.AreEqual(score, (interval.Lower + interval.Upper) / 2, 1e-4);
            Assert.IsGreaterThan(interval.Lower, interval.Upper);
        }
    }

    [TestMethod]
    public void BadRowsAndColumns_AreRefusedByName()
    {
        AssertRefused<InvalidDataException>("row 3", Rows(30, 1), rows => rows[3].Score = float.NaN);
        AssertRefused<InvalidDataException>("row 4", Rows(30, 1), rows => rows[4].Label = float.PositiveInfinity);
        AssertRefused<InvalidOperationException>("has 5 rows", Rows(5, 1), _ => { });
        AssertRefused<ArgumentOutOfRangeException>("'Nothing'", Rows(30, 1), _ => { }, new() { ScoreColumnName = "Nothing" });
        AssertRefused<ArgumentOutOfRangeException>("'Quantiles'", Rows(30, 1), _ => { }, new() { LabelColumnName = "Quantiles" });
        AssertRefused<ArgumentOutOfRangeException>("[Q]", Rows(30, 1), _ => { }, new() { QuantilesColumnName = "Score" });
        var e = Assert.ThrowsExactly<ArgumentException>(() => _ml.Regression.ConformalInterval(1));
        StringAssert.Contains(e.Message, "Coverage is 1; allowed is 0.01 to 0.9999");
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Regression.ConformalInterval(new ConformalIntervalOptions { LowerColumnName = "Upper" }));
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Regression.ConformalInterval(new ConformalIntervalOptions { QuantilesColumnName = "" }));
        foreach (var coverage in new[] { 0, 1, double.NaN })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Regression.EvaluateIntervals(View(Rows(30, 1)), coverage: coverage));
        }
        var model = _ml.Regression.ConformalInterval().Fit(View(Rows(30, 1)));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(
            () => Intervals(model.Transform(View([new Row { Score = float.NaN }])))).Message, "missing or infinite");
    }

    private void AssertRefused<TException>(string fragment, Row[] rows, Action<Row[]> spoil, ConformalIntervalOptions? options = null)
        where TException : Exception
    {
        spoil(rows);
        StringAssert.Contains(Assert.ThrowsExactly<TException>(() => _ml.Regression.ConformalInterval(options ?? new()).Fit(View(rows))).Message, fragment);
    }

    private IDataView View(Row[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private static (float Lower, float Upper)[] Intervals(IDataView data) =>
        [.. data.GetColumn<float>("Lower").Zip(data.GetColumn<float>("Upper"))];

    // Errors of one step each, from 1, to either side.
    private static Row[] Rows(int count, float step) =>
        [.. Enumerable.Range(1, count).Select(error => new Row { Score = 10, Label = 10 + (step * error * (error % 2 == 0 ? 1 : -1)) })];

    private static Row[] Noisy(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var score = 10 * random.NextSingle();
        return new Row { Score = score, Label = score + (2 * random.NextSingle()) - 1 };
    })];

    // Errors of up to 1 or up to 10, and quantiles of 1.5 times what they would be for a coverage of .8.
    private static Row[] Uneven(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var width = random.Next(2) == 0 ? 1f : 10f;
        return new Row { Label = width * ((2 * random.NextSingle()) - 1), Quantiles = [-1.2f * width, 0, 1.2f * width] };
    })];

    private sealed class Row
    {
        public float Label { get; set; }

        public float Score { get; set; }

        [VectorType(3)]
        public float[] Quantiles { get; set; } = new float[3];
    }

    private sealed class Steps
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [];

        [VectorType(2)]
        public float[] Score { get; set; } = [];
    }

    private sealed class Bounded
    {
        public float Label { get; set; }

        public float Lower { get; set; }

        public float Upper { get; set; }
    }

    private sealed class Interval
    {
        public float Lower { get; set; }

        public float Upper { get; set; }
    }
}
