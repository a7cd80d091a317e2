namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class AspectRatioTests
{
    [TestMethod]
    [DataRow(DeepActivation.Linear, 1, 0.0870)]
    [DataRow(DeepActivation.Linear, 1000, 0.0007)]
    [DataRow(DeepActivation.Relu, 1, 0.0348)]
    [DataRow(DeepActivation.Relu, 2, 0.0308)]
    [DataRow(DeepActivation.Relu, 10, 0.0160)]
    [DataRow(DeepActivation.Relu, 100, 0.0025)]
    [DataRow(DeepActivation.Tanh, 1, 0.2609)]
    [DataRow(DeepActivation.Tanh, 10, 0.1200)]
    public void Optimum_IsThatOfTheTable(DeepActivation kind, int outputs, double expected) =>
        Assert.AreEqual(expected, AspectRatio.Optimal(CriticalPoint.Of(ActivationFunction.Of(kind)), outputs, 0), 5.1e-5);

    [TestMethod]
    [DataRow(DeepActivation.Relu, 0.5, 0.0356)]
    [DataRow(DeepActivation.Relu, 0.9, 0.195)]
    [DataRow(DeepActivation.Relu, 0.99, 1.995)]
    [DataRow(DeepActivation.Tanh, 0.5, 0.160)]
    [DataRow(DeepActivation.Tanh, 0.9, 0.632)]
    [DataRow(DeepActivation.Tanh, 0.99, 6.03)]
    public void ResidualWeight_RaisesTheOptimum(DeepActivation kind, double square, double expected) =>
        Assert.AreEqual(expected, AspectRatio.Optimal(CriticalPoint.Of(ActivationFunction.Of(kind)), 10, Math.Sqrt(square)),
            2e-3 * expected);

    [TestMethod]
    public void ResidualWeightForARatio_MakesItTheOptimum()
    {
        foreach (var kind in new[] { DeepActivation.Relu, DeepActivation.Tanh, DeepActivation.Swish, DeepActivation.Linear })
        {
            var point = CriticalPoint.Of(ActivationFunction.Of(kind));
            var gamma = AspectRatio.ResidualWeightFor(point, 10, 0.5);
            Assert.AreEqual(0.5, AspectRatio.Optimal(point, 10, gamma!.Value), 1e-9, kind.ToString());
            Assert.AreEqual(0.0, AspectRatio.ResidualWeightFor(point, 10, 1e-4), kind.ToString());
            Assert.IsNull(AspectRatio.ResidualWeightFor(point, 10, 1e4), kind.ToString());
        }
    }
}
