using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class LearningRatesTests
{
    [TestMethod]
    public void WarmUp_RisesFromAboveZeroToTheWhole()
    {
        var factors = Factors(LearningRateSchedule.Constant, 0.1, 100);
        Assert.IsTrue(factors[0] is > 0 and < 0.2);
        for (var step = 1; step <= 10; step++)
        {
            Assert.IsGreaterThan(factors[step - 1], factors[step]);
        }
        Assert.AreEqual(1, factors[10]);
    }

    [TestMethod]
    [DataRow(LearningRateSchedule.Cosine)]
    [DataRow(LearningRateSchedule.Linear)]
    public void Decay_FallsFromTheWholeToAlmostNothing(LearningRateSchedule schedule)
    {
        var factors = Factors(schedule, 0, 100);
        Assert.AreEqual(1, factors[0]);
        Assert.AreEqual(0.5, factors[50], 1e-12);
        Assert.IsTrue(factors[99] is > 0 and < 0.011);
        CollectionAssert.AreEqual(factors.OrderDescending().ToArray(), factors);
        Assert.AreEqual(0, LearningRates.Factor(schedule, 0, 100, 100), 1e-12);
    }

    [TestMethod]
    public void Constant_StaysWhole() => Assert.IsTrue(Factors(LearningRateSchedule.Constant, 0, 100).All(factor => factor == 1));

    [TestMethod]
    [DataRow(LearningRateSchedule.Constant)]
    [DataRow(LearningRateSchedule.Cosine)]
    [DataRow(LearningRateSchedule.Linear)]
    public void EveryFactor_LiesBetweenZeroAndOne(LearningRateSchedule schedule)
    {
        foreach (var (warmup, steps) in new[] { (0, 1L), (1, 1L), (0.5, 3L), (1, 1000L), (0.3, 1000L) })
        {
            Assert.IsTrue(Factors(schedule, warmup, steps).All(factor => factor is >= 0 and <= 1), $"{warmup} of {steps}");
        }
    }

    private static double[] Factors(LearningRateSchedule schedule, double warmup, long steps) =>
        [.. Enumerable.Range(0, (int)steps).Select(step => LearningRates.Factor(schedule, warmup, step, steps))];
}
