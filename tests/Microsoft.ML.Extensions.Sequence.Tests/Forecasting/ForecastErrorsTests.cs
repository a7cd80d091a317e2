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
        errors.Add([1, float.NaN, 3, 4], [9, 9, 9, 9]);
        var metrics = errors.Metrics()!;
        Assert.AreEqual(2, metrics.Rows);
        CollectionAssert.AreEqual(new[] { (1 + 9) / 4.0, (9 + 16) / 4.0 }, metrics.SquaredErrorByStep.ToArray());
        CollectionAssert.AreEqual(new[] { (1 + 3) / 4.0, (3 + 4) / 4.0 }, metrics.AbsoluteErrorByStep.ToArray());
    }
}
