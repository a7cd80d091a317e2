namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class LayerRatesTests
{
    private const int Layers = 20;

    [TestMethod]
    public void ReLU_HasTheSameRatesInAllLayers()
    {
        var rates = new LayerRates(0, 0, Layers, adaptive: false);
        foreach (var layer in new[] { 1, 7, Layers })
        {
            Assert.AreEqual((1.0 / Layers, 1.0 / Layers), (rates.Bias(layer), rates.Weight(layer)));
        }
    }

    [TestMethod]
    public void Tanh_HasFlatRatesOfWeights_AndThoseOfBiasesFallAsOneOverTheLayer()
    {
        var rates = new LayerRates(1, 1, Layers, adaptive: false);
        foreach (var layer in new[] { 1, 7, Layers })
        {
            Assert.AreEqual(1, rates.Weight(layer), 1e-12);
            Assert.AreEqual(1.0 / layer, rates.Bias(layer), 1e-12);
        }
    }

    [TestMethod]
    public void RatesForAdam_AreFlatInWeights_AndThoseOfBiasesFallWithTheSizeOfPreactivations()
    {
        foreach (var exponent in new[] { 0, 1 })
        {
            var rates = new LayerRates(exponent, exponent, Layers, adaptive: true);
            foreach (var layer in new[] { 1, 7, Layers })
            {
                Assert.AreEqual(1.0 / Layers, rates.Weight(layer), 1e-12);
                Assert.AreEqual(Math.Pow(layer, -exponent / 2.0) / Layers, rates.Bias(layer), 1e-12);
            }
        }
    }

    // What each layer adds to the tangent kernel, by the recursion itself: tanh at criticality, from a layer where its powers hold.
    [TestMethod]
    public void EveryLayerOfTanh_AddsAlikeToTheTangentKernel()
    {
        const int layers = 60;
        var rates = new LayerRates(1, 1, layers, adaptive: false);
        var tanh = ActivationFunction.Of(DeepActivation.Tanh);
        var predictions = SignalPropagation.Run(tanh, 1, Enumerable.Repeat(new LayerVariances(0, 1), layers - 1));
        double Part(int layer)
        {
            var after = predictions.Skip(layer - 1).Take(layers - layer)
                .Aggregate(1.0, (product, next) => product * next.PerpendicularSusceptibility);
            return rates.Weight(layer) * ActivationStatistics.SquareAt(tanh, predictions[layer - 2].Kernel) * after;
        }
        Assert.AreEqual(Part(60), Part(30), 0.1 * Part(60));
        Assert.AreEqual(Part(60), Part(10), 0.2 * Part(60));
    }
}
