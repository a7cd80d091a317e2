using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class SignalPropagationTests
{
    // l K tends to 1/2 for tanh, 1 for sine, 2 / pi for an erf of slope one; 1,500 layers are within a few thousandths.
    [TestMethod]
    [DataRow(DeepActivation.Tanh, 0.5, 0.50083)]
    [DataRow(DeepActivation.Sine, 1.0, 0.99767)]
    public void OddActivations_FallAsOneOverDepth(DeepActivation kind, double limit, double at1500)
    {
        var activation = ActivationFunction.Of(kind);
        var layers = Run(activation, new LayerVariances(0, 1), 1, 1500);
        Assert.AreEqual(at1500, 1500 * layers[^1].Kernel, 1e-3);
        Assert.AreEqual(limit, 1500 * layers[^1].Kernel, 5e-3);
    }

    [TestMethod]
    public void ErfOfSlopeOne_FallsAsTwoOverPiTimesDepth()
    {
        var erf = ActivationFunction.FromDelegate(
            "unit erf", z => ErrorFunction.Of(Math.Sqrt(Math.PI) / 2 * z), z => Math.Exp(-Math.PI / 4 * z * z));
        Assert.AreEqual(0.63687, 800 * Run(erf, new LayerVariances(0, 1), 1, 800)[^1].Kernel, 2e-3);
    }

    [TestMethod]
    public void Fluctuations_OfTanh_TendToTwoThirdsALayer()
    {
        var layers = Run(ActivationFunction.Of(DeepActivation.Tanh), new LayerVariances(0, 1), 1, 601);
        Assert.AreEqual(0.6159, layers[10].Fluctuation / 10, 5e-3);
        Assert.AreEqual(0.6547, layers[100].Fluctuation / 100, 1e-3);
        Assert.AreEqual(0.6638, layers[600].Fluctuation / 600, 2e-4);
    }

    [TestMethod]
    public void ReLU_KeepsItsVarianceAtAnyDepth_AndFluctuatesByFiveALayer()
    {
        var layers = Run(ActivationFunction.Of(DeepActivation.Relu), new LayerVariances(0, 2), 3, 100);
        foreach (var layer in layers.SkipLast(1))
        {
            Assert.AreEqual(3, layer.Kernel, 1e-10);
            Assert.AreEqual(1, layer.ParallelSusceptibility, 1e-10);
            Assert.AreEqual(1, layer.PerpendicularSusceptibility, 1e-10);
            Assert.AreEqual(5.0 * (layer.Layer - 1), layer.Fluctuation, 1e-7 * layer.Layer);
        }
        Assert.IsTrue(double.IsNaN(layers[^1].ParallelSusceptibility));
    }

    // He's initialisation is ReLU's own: with GELU signals vanish.
    [TestMethod]
    public void GELU_WithTheInitialisationOfReLU_Vanishes()
    {
        var layers = Run(ActivationFunction.Of(DeepActivation.Gelu), new LayerVariances(0, 2), 1, 50);
        Assert.AreEqual(0.02926, layers[10].Kernel, 2e-3);
        Assert.IsLessThan(1e-8, layers[^1].Kernel);
    }

    [TestMethod]
    public void WhatHasVanishedOrOverflowed_IsSaidAsItIs()
    {
        var relu = ActivationFunction.Of(DeepActivation.Relu);
        Assert.AreEqual(0, Run(relu, new LayerVariances(0, 1e-30), 1, 60)[^1].Kernel);
        Assert.AreEqual(double.PositiveInfinity, Run(relu, new LayerVariances(0, 1e30), 1, 60)[^1].Kernel);
    }

    // The fluctuations of residual networks, from the recursion itself against the closed form; tanh's approach it as log(l) / l.
    [TestMethod]
    [DataRow(DeepActivation.Relu, 50, 1e-8)]
    [DataRow(DeepActivation.Tanh, 1500, 0.01)]
    public void ResidualNetworks_FluctuateAsTheClosedFormSays(DeepActivation kind, int depth, double tolerance)
    {
        const double gamma = 0.7;
        var point = CriticalPoint.Of(ActivationFunction.Of(kind));
        var (bias, weight) = point.WithResidual(gamma);
        var layers = Run(point.Activation, new LayerVariances(bias, weight, gamma), 1, depth + 1);
        Assert.AreEqual(point.FluctuationWith(gamma), layers[^1].Fluctuation / depth, tolerance * point.FluctuationWith(gamma));
    }

    // Layer by layer against sampled networks: 20 of width 1000.
    [TestMethod]
    public void SampledNetworks_HaveThePredictedVariances()
    {
        const int width = 1000, networks = 20, depth = 5;
        var tanh = ActivationFunction.Of(DeepActivation.Tanh);
        var predicted = Run(tanh, new LayerVariances(0.1, 1.3), 1.7, depth);
        var random = new Random(1);
        var measured = new double[depth];
        for (var network = 0; network < networks; network++)
        {
            // The next preactivations are independent normal variables, given these.
            var variance = 1.7;
            for (var layer = 0; layer < depth; layer++)
            {
                var (sum, squares) = (0.0, 0.0);
                for (var neuron = 0; neuron < width; neuron++)
                {
                    var z = Math.Sqrt(variance) * Normal.Next(random);
                    sum += z * z;
                    squares += Math.Pow(Math.Tanh(z), 2);
                }
                measured[layer] += sum / width / networks;
                variance = 0.1 + (1.3 * squares / width);
            }
        }
        for (var layer = 0; layer < depth; layer++)
        {
            Assert.AreEqual(predicted[layer].Kernel, measured[layer], 0.03 * predicted[layer].Kernel, $"layer {layer + 1}");
        }
    }

    private static IReadOnlyList<LayerPrediction> Run(ActivationFunction activation, LayerVariances each, double firstKernel, int layers) =>
        SignalPropagation.Run(activation, firstKernel, Enumerable.Repeat(each, layers - 1));
}
