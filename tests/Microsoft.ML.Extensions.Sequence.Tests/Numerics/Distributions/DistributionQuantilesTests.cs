using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.Distributions;

[TestClass]
public sealed class DistributionQuantilesTests
{
    // Tables of the standard normal distribution.
    [TestMethod]
    [DataRow(0.5, 0)]
    [DataRow(0.975, 1.959963984540054)]
    [DataRow(0.9, 1.2815515655446004)]
    [DataRow(0.01, -2.3263478740408408)]
    [DataRow(0.001, -3.090232306167813)]
    public void NormalQuantile_IsThatOfTheTable(double level, double expected) =>
        Assert.AreEqual(expected, DistributionQuantiles.Normal(level), 1e-12);

    // One degree of freedom is the Cauchy distribution, whose quantile is a tangent; of two it is a root; the others solve the closed forms.
    [TestMethod]
    [DataRow(0.75, 1, 1)]
    [DataRow(0.9, 1, 3.0776835371752536)]
    [DataRow(0.975, 2, 4.302652729749464)]
    [DataRow(0.95, 5, 2.015048373333023)]
    [DataRow(0.005, 10, -3.16927267261696)]
    [DataRow(0.975, 30, 2.042272456301238)]
    [DataRow(0.5, 3, 0)]
    public void StudentQuantile_IsThatOfTheTable(double level, double freedom, double expected) =>
        Assert.AreEqual(expected, DistributionQuantiles.StudentT(level, freedom), 1e-10);

    [TestMethod]
    public void ExtremeStudentQuantile_HasItsTail()
    {
        foreach (var freedom in new[] { 2.01, 4, 50, 1e6 })
        {
            Assert.AreEqual(1, DistributionQuantiles.StudentTail(DistributionQuantiles.StudentT(1 - 1e-6, freedom), freedom) / 1e-6, 1e-6);
        }
    }

    // With a dispersion of 1 the distribution is geometric.
    [TestMethod]
    public void GeometricQuantile_IsALogarithm()
    {
        foreach (var mean in new[] { 0.2, 3, 1000 })
        {
            foreach (var level in new[] { 0.01, 0.3, 0.5, 0.95, 0.999 })
            {
                var expected = Math.Max(0, Math.Ceiling(Math.Log(1 - level) / Math.Log(mean / (1 + mean))) - 1);
                Assert.AreEqual(expected, DistributionQuantiles.NegativeBinomial(level, mean, 1));
            }
        }
    }

    [TestMethod]
    [DataRow(7.0, 0.3)]
    [DataRow(0.5, 4)]
    [DataRow(40, 1e-4)]
    public void NegativeBinomialUpTo_IsTheSumOfTheProbabilities(double mean, double dispersion)
    {
        var (size, share) = (1 / dispersion, dispersion * mean / (1 + (dispersion * mean)));
        var (probability, sum) = (Math.Pow(1 - share, size), 0.0);
        for (var count = 0; count < 60; count++)
        {
            sum += probability;
            Assert.AreEqual(sum, DistributionQuantiles.NegativeBinomialUpTo(count, mean, dispersion), 1e-10);
            probability *= share * (size + count) / (count + 1);
        }
    }

    [TestMethod]
    public void QuantileOfLargeCounts_IsTheFirstThatReachesTheLevel()
    {
        foreach (var dispersion in new[] { 1e-4, 0.5, 20 })
        {
            var count = DistributionQuantiles.NegativeBinomial(0.8, 1e6, dispersion);
            Assert.IsGreaterThanOrEqualTo(0.8, DistributionQuantiles.NegativeBinomialUpTo(count, 1e6, dispersion));
            Assert.IsLessThan(0.8, DistributionQuantiles.NegativeBinomialUpTo(count - 1, 1e6, dispersion));
        }
    }

    [TestMethod]
    public void ParametersThatAreNoNumbers_HaveNoQuantile()
    {
        Assert.IsTrue(double.IsNaN(DistributionQuantiles.StudentT(0.9, double.NaN)));
        Assert.IsTrue(double.IsNaN(DistributionQuantiles.NegativeBinomial(0.9, double.NaN, 1)));
        Assert.IsTrue(double.IsNaN(DistributionQuantiles.NegativeBinomial(0.9, 1e10, 1)));
        Assert.IsTrue(double.IsNaN(DistributionQuantiles.NegativeBinomial(0.9, 1, double.PositiveInfinity)));
    }
}
