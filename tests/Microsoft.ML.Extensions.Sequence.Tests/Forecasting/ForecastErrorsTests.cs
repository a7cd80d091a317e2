namespace Microsoft.ML.Extensions.Sequence.Tests.Forecasting;

[TestClass]
public sealed class ForecastErrorsTests
{
    [TestMethod]
    public void Errors_AreMeansOverRowsAndTargets_StepByStep()
    {
        var errors = new ForecastErrors(horizon: 2, targets: 2);
        Assert.IsNull(errors.Metrics());
        errors.Add([1, 2, 3, 4], [2, 2, 6, 0]);
        errors.Add([1, 2, 3, 4], [1, -1, 3, 4]);
        var metrics = errors.Metrics()!;
        Assert.AreEqual((2, 8, 0), (metrics.Rows, metrics.Values, metrics.MissingValues));
        CollectionAssert.AreEqual(new[] { (1 + 9) / 4.0, (9 + 16) / 4.0 }, metrics.SquaredErrorByStep.ToArray());
        CollectionAssert.AreEqual(new[] { (1 + 3) / 4.0, (3 + 4) / 4.0 }, metrics.AbsoluteErrorByStep.ToArray());
        Assert.IsNull(metrics.MeanAbsoluteScaledError);
        Assert.IsNull(metrics.ContinuousRankedProbabilityScore);
    }

    // Of the first row the second value is missing, of the second all are: three values count, with their own naive errors.
    [TestMethod]
    public void MissingValues_AreCounted_AndTheOthersOfTheirRowCompared()
    {
        var errors = new ForecastErrors(horizon: 2, targets: 2, naive: [2, 1], quantiles: [0.5]);
        errors.Add([1, float.NaN, 3, 4], [2, 9, 6, 0], [3, 9, 3, 3]);
        errors.Add([float.NaN, float.NaN, float.NaN, float.NaN], [9, 9, 9, 9], [9, 9, 9, 9]);
        var metrics = errors.Metrics()!;
        Assert.AreEqual((1, 3, 5), (metrics.Rows, metrics.Values, metrics.MissingValues));
        CollectionAssert.AreEqual(new[] { 1, (9 + 16) / 2.0 }, metrics.SquaredErrorByStep.ToArray());
        Assert.AreEqual(((1 + 9 + 16) / 3.0, (1 + 3 + 4) / 3.0), (metrics.MeanSquaredError, metrics.MeanAbsoluteError));
        Assert.AreEqual(((1 / 2.0) + (3 / 2.0) + 4) / 3, metrics.MeanAbsoluteScaledError!.Value, 1e-12);
        Assert.AreEqual(((2 / 3.0) + (6 / 9.0) + 2) / 3, metrics.SymmetricMeanAbsolutePercentageError, 1e-12);
        Assert.AreEqual((1 + 0 + 0.5) / 3, metrics.PinballLosses[0], 1e-12);
        Assert.AreEqual(2 / 3.0, metrics.Coverage[0], 1e-12);
    }

    [TestMethod]
    public void StepOfWhichNoValueIsKnown_HasNoError_AndIsNotInTheMean()
    {
        var errors = new ForecastErrors(horizon: 2, targets: 1);
        errors.Add([1, float.NaN], [3, 9]);
        var metrics = errors.Metrics()!;
        Assert.AreEqual((4, 2), (metrics.MeanSquaredError, metrics.MeanAbsoluteError));
        Assert.IsTrue(double.IsNaN(metrics.SquaredErrorByStep[1]) && double.IsNaN(metrics.AbsoluteErrorByStep[1]));
    }

    [TestMethod]
    public void PercentageError_IsSymmetric_AndZeroWhereBothAreZero()
    {
        var errors = new ForecastErrors(horizon: 4, targets: 1);
        errors.Add([0, 1, 3, -2], [0, 3, 1, 2]);
        Assert.AreEqual((0 + 1 + 1 + 2) / 4.0, errors.Metrics()!.SymmetricMeanAbsolutePercentageError, 1e-12);
    }

    [TestMethod]
    public void ScaledError_IsRelativeToTheNaiveErrorOfItsTarget()
    {
        var errors = new ForecastErrors(horizon: 2, targets: 2, naive: [0.5, 4]);
        errors.Add([1, 2, 3, 4], [2, 2, 3, 0]);
        Assert.AreEqual(((1 / 0.5) + (4 / 4.0)) / 4, errors.Metrics()!.MeanAbsoluteScaledError!.Value, 1e-12);
    }

    // Pinball losses by hand: of .1 the errors above count a tenth, of .8 those below a fifth.
    [TestMethod]
    public void Quantiles_HavePinballLosses_AndCoverage()
    {
        var errors = new ForecastErrors(horizon: 1, targets: 2, quantiles: [0.1, 0.8]);
        errors.Add([1, 2], [0, 0], [0, 3, 1, 4]);
        var metrics = errors.Metrics()!;
        Assert.AreEqual(((0.1 * 1) + (0.9 * 1)) / 2, metrics.PinballLosses[0], 1e-12);
        Assert.AreEqual(((0.8 * 0) + (0.2 * 2)) / 2, metrics.PinballLosses[1], 1e-12);
        CollectionAssert.AreEqual(new[] { 0.5, 1.0 }, metrics.Coverage.ToArray());
        Assert.AreEqual(0.5 + 0.2, metrics.ContinuousRankedProbabilityScore!.Value, 1e-12);
    }

    [TestMethod]
    public void SumsOfTwo_AreThoseOfAll()
    {
        ForecastErrors Empty() => new(horizon: 2, targets: 1, naive: [2], quantiles: [0.5]);
        var (all, first, second) = (Empty(), Empty(), Empty());
        foreach (var errors in (ForecastErrors[])[all, first])
        {
            errors.Add([1, 2], [3, 5], [1, 1]);
            errors.Add([float.NaN, 2], [3, 7], [1, 1]);
        }
        foreach (var errors in (ForecastErrors[])[all, second])
        {
            errors.Add([0, -2], [4, 5], [2, 1]);
        }
        first.Add(second);
        Assert.AreEqual(Text(all.Metrics()!), Text(first.Metrics()!));

        static string Text(ForecastMetrics metrics) => System.Text.Json.JsonSerializer.Serialize(metrics);
    }
}
