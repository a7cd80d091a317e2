using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

[TestClass]
public sealed class BacktestTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void EachFold_IsAFitOnTheRowsBeforeItsCut()
    {
        var rows = SeriesTable.Sines(200, noise: 1);
        var found = _ml.Forecasting.Backtest(SeriesTable.Load(_ml, rows), Pipeline(), new() { Folds = 3, TestRows = 20 });
        CollectionAssert.AreEqual((long[])[140, 160, 180], found.Folds.Select(fold => fold.FirstTestRow).ToArray());
        Assert.IsTrue(found.Folds.All(fold => fold is { FirstTrainRow: 0, TestRows: 20, Metrics.Rows: 20 - 4 + 1 }));
        using var model = (IDisposable)Pipeline().Fit(SeriesTable.Load(_ml, rows[..160]));
        var byHand = _ml.Forecasting.Evaluate(((ITransformer)model).Transform(SeriesTable.Load(_ml, rows[(160 - 12)..180])));
        Assert.AreEqual(byHand.MeanAbsoluteError, found.Folds[1].Metrics.MeanAbsoluteError);
        Assert.AreEqual(found.Folds.Average(fold => fold.Metrics.MeanSquaredError), found.Metrics.MeanSquaredError, 1e-9);
        Assert.AreEqual(found.Folds.Average(fold => fold.Metrics.MeanAbsoluteScaledError!.Value), found.Metrics.MeanAbsoluteScaledError!.Value, 1e-9);
    }

    [TestMethod]
    public void TrainRows_SlideWithTheCut_AndTheSecondHalfIsDividedByDefault()
    {
        var found = _ml.Forecasting.Backtest(SeriesTable.Load(_ml, SeriesTable.Sines(200)), Pipeline(), new() { Folds = 4, TrainRows = 60 });
        CollectionAssert.AreEqual((long[])[40, 65, 90, 115], found.Folds.Select(fold => fold.FirstTrainRow).ToArray());
        CollectionAssert.AreEqual((long[])[100, 125, 150, 175], found.Folds.Select(fold => fold.FirstTestRow).ToArray());
    }

    // The linear model of a sine is exact, and the naive forecast is not: its error is that of the season asked for.
    [TestMethod]
    public void ScaledError_IsRelativeToTheSeasonOfTheTrainingRows()
    {
        var rows = SeriesTable.Sines(120);
        var train = SeriesTable.Load(_ml, rows[..100]);
        var naive = _ml.Forecasting.MeasureNaiveErrors(train, [nameof(SeriesRow.First)], seasonLength: 9);
        Assert.AreEqual(Enumerable.Range(9, 91).Average(t => Math.Abs((double)rows[t].First - rows[t - 9].First)), naive[0], 1e-6);
        var found = _ml.Forecasting.Backtest(SeriesTable.Load(_ml, rows), Pipeline(), new() { Folds = 1, TestRows = 20, SeasonLength = 9 }).Metrics;
        Assert.AreEqual(found.MeanAbsoluteError / naive[0], found.MeanAbsoluteScaledError!.Value, 1e-9);
    }

    [TestMethod]
    public void Quantiles_AreComparedByTheirColumn()
    {
        var options = SeriesTable.Small(epochs: 1);
        var pipeline = Windows().Append(_ml.Forecasting.Trainers.ParaRnn(options, new ForecastOptions { Quantiles = [0.1, 0.9] }));
        var found = _ml.Forecasting.Backtest(
            SeriesTable.Load(_ml, SeriesTable.Sines(100, noise: 1)), pipeline, new() { Folds = 1, TestRows = 20, Quantiles = [0.1, 0.9] });
        Assert.HasCount(2, found.Metrics.PinballLosses);
        Assert.IsGreaterThanOrEqualTo(found.Metrics.Coverage[0], found.Metrics.Coverage[1]);
        Assert.AreEqual(found.Metrics.PinballLosses.Sum(), found.Metrics.ContinuousRankedProbabilityScore!.Value, 1e-12);
        var wrong = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Forecasting.Backtest(
            SeriesTable.Load(_ml, SeriesTable.Sines(100)), pipeline, new() { Folds = 1, TestRows = 20, Quantiles = [0.5] }));
        Assert.Contains("[1, 4]", wrong.Message);
    }

    [TestMethod]
    [DataRow(5, 100, 0, "too few for 5 folds")]
    [DataRow(2, 3, 0, "fewer than the 4")]
    [DataRow(1, 95, 0, "no window of 12 rows")]
    [DataRow(1, 20, 90, "too few for 1 folds")]
    public void TableThatIsTooShort_IsRefusedBy(int folds, int testRows, int trainRows, string message)
    {
        var table = SeriesTable.Load(_ml, SeriesTable.Sines(100));
        var options = new ForecastBacktestOptions { Folds = folds, TestRows = testRows, TrainRows = trainRows };
        var error = Assert.Throws<InvalidOperationException>(() => _ml.Forecasting.Backtest(table, testRows == 95 ? Short() : Pipeline(), options));
        Assert.Contains(message, error.Message);
    }

    [TestMethod]
    public void RowsBeforeACut_WithoutAWindowAndItsHorizon_AreRefusedWithWhatToSet()
    {
        var pipeline = _ml.Transforms.SequenceTransforms().ForecastWindow([nameof(SeriesRow.First)], length: 12, horizon: 4)
            .Append(_ml.Forecasting.Trainers.ParaRnn(new ParaRnnOptions(), new ForecastOptions { LinearOnly = true }));
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Forecasting.Backtest(
            SeriesTable.Load(_ml, SeriesTable.Sines(22)), pipeline, new() { Folds = 2, TestRows = 4 }));
        Assert.Contains("The 14 rows before a cut cannot be learned from: The data has no rows", error.Message);
        Assert.Contains("set Folds or TestRows smaller", error.Message);
    }

    [TestMethod]
    public void EstimatorWithoutAWindow_OrOfGroups_IsRefused()
    {
        var table = SeriesTable.Load(_ml, SeriesTable.Sines(100));
        var none = Assert.ThrowsExactly<ArgumentException>(() => _ml.Forecasting.Backtest(table, Copy("Copy", nameof(SeriesRow.First)), new() { Folds = 1 }));
        Assert.Contains("ForecastWindow", none.Message);
        var grouped = Chain(_ml.Transforms.Conversion.MapValueToKey("Key", nameof(SeriesRow.Plan))).Append(_ml.Transforms.Sequences.ForecastWindow(
            [nameof(SeriesRow.First)], length: 12, horizon: 4, groupColumnName: "Key")).Append(Copy("Score", "Label"));
        var many = Assert.ThrowsExactly<ArgumentException>(() => _ml.Forecasting.Backtest(table, grouped, new() { Folds = 1 }));
        Assert.Contains("'Key'", many.Message);
    }

    [TestMethod]
    public void SeasonThatRepeatsExactly_HasNoErrorToCompareWith()
    {
        var rows = Enumerable.Range(0, 40).Select(t => new SeriesRow { First = t % 4 });
        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => _ml.Forecasting.MeasureNaiveErrors(SeriesTable.Load(_ml, rows), [nameof(SeriesRow.First)], seasonLength: 4));
        Assert.Contains("every 4 row(s)", error.Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Forecasting.MeasureNaiveErrors(SeriesTable.Load(_ml, rows), [nameof(SeriesRow.First)], 0));
        var found = _ml.Forecasting.Backtest(SeriesTable.Load(_ml, rows), Windows().Append(Copy("Score", "Label")), new() { Folds = 1, TestRows = 8, SeasonLength = 4 });
        Assert.IsNull(found.Metrics.MeanAbsoluteScaledError);
        Assert.AreEqual(0, found.Metrics.MeanAbsoluteError);
    }

    [TestMethod]
    public void NaiveErrors_AreOneATarget()
    {
        var scored = Windows().Append(Copy("Score", "Label")).Fit(SeriesTable.Load(_ml, SeriesTable.Sines(40))).Transform(SeriesTable.Load(_ml, SeriesTable.Sines(40)));
        Assert.Contains("has 1 targets", Assert.ThrowsExactly<ArgumentException>(() => _ml.Forecasting.Evaluate(scored, new ForecastEvaluationOptions { NaiveErrors = [1, 2] })).Message);
        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Forecasting.Evaluate(scored, new ForecastEvaluationOptions { NaiveErrors = [0], Quantiles = [2] }));
        Assert.Contains("NaiveErrors is 0", error.Message);
        Assert.Contains("Quantiles is 2", error.Message);
    }

    private IEstimator<ITransformer> Windows() => _ml.Transforms.Sequences.ForecastWindow([nameof(SeriesRow.First)], length: 12, horizon: 4);

    private IEstimator<ITransformer> Pipeline() => Windows().Append(_ml.Forecasting.Trainers.ParaRnn(SeriesTable.Small(), new ForecastOptions { LinearOnly = true }));

    // Predicts the actual values, so that any number of training rows is enough.
    private IEstimator<ITransformer> Short() => Windows().Append(Copy("Score", "Label"));

    private IEstimator<ITransformer> Copy(string output, string input) => Chain(_ml.Transforms.CopyColumns(output, input));

    private static IEstimator<ITransformer> Chain(IEstimator<ITransformer> estimator) => new EstimatorChain<ITransformer>().Append(estimator);
}
