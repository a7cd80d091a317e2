namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class GaussianMeanTests
{
    [TestMethod]
    [DataRow(0.01)]
    [DataRow(1.0)]
    [DataRow(400.0)]
    public void Moments_AreThoseOfTheNormalDistribution(double variance)
    {
        Assert.AreEqual(1, GaussianMean.Of(_ => 1, variance), 1e-13);
        Assert.AreEqual(variance, GaussianMean.Of(z => z * z, variance), 1e-12 * variance);
        Assert.AreEqual(3 * variance * variance, GaussianMean.Of(z => z * z * z * z, variance), 1e-12 * 3 * variance * variance);
    }

    [TestMethod]
    public void AdaptiveRule_AgreesWithTheTrapezoid()
    {
        foreach (var activation in Enum.GetValues<DeepActivation>().Select(kind => ActivationFunction.Of(kind)))
        {
            foreach (var variance in new[] { 0.05, 1, 30 })
            {
                double Square(double z) => Math.Pow(activation.Value(z), 2);
                var expected = GaussianMean.Trapezoid(Square, variance);
                Assert.AreEqual(expected, GaussianMean.Of(Square, variance), 1e-11 * Math.Max(1, expected), $"{activation}, {variance}");
            }
        }
    }

    // A kink and a jump off the grid of any rule.
    [TestMethod]
    public void KinksAndJumpsAnywhere_CostNoAccuracy()
    {
        const double at = 0.7312345;
        var above = (1 - ErrorFunction.Of(at / Math.Sqrt(2))) / 2;
        Assert.AreEqual(above, GaussianMean.Of(z => z > at ? 1 : 0, 1), 1e-11);
        Assert.AreEqual(GaussianMean.Density(at) - (at * above), GaussianMean.Of(z => Math.Max(z - at, 0), 1), 1e-12);
    }

    // E[relu(a) relu(b)] is the arc-cosine kernel (Cho and Saul 2009); E[erf(a) erf(b)] that of Williams 1997.
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.6)]
    [DataRow(-0.9)]
    [DataRow(1.0)]
    public void ProductsOfTwoVariables_AgreeWithTheClosedForms(double correlation)
    {
        var (first, second) = (1.5, 0.4);
        var covariance = correlation * Math.Sqrt(first * second);
        var angle = Math.Acos(correlation);
        var relu = ActivationFunction.Of(DeepActivation.Relu);
        Assert.AreEqual(
            Math.Sqrt(first * second) / (2 * Math.PI) * (Math.Sin(angle) + ((Math.PI - angle) * correlation)),
            GaussianMean.OfProduct(relu.Value, relu.Value, first, second, covariance), 1e-9);
        Assert.AreEqual((Math.PI - angle) / (2 * Math.PI),
            GaussianMean.OfProduct(relu.Derivative, relu.Derivative, first, second, covariance), 1e-9);
        Assert.AreEqual(
            2 / Math.PI * Math.Asin(2 * covariance / Math.Sqrt((1 + (2 * first)) * (1 + (2 * second)))),
            GaussianMean.OfProduct(ErrorFunction.Of, ErrorFunction.Of, first, second, covariance), 1e-10);
    }
}
