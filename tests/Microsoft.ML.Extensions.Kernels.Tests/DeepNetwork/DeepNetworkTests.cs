using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class DeepNetworkTests
{
    // Each: hidden layers, as many as make what decays exponentially plain, and a width at which fluctuations leave it so.
    private const int Depth = 24, Width = 256, Inputs = 20;

    [TestMethod]
    [DataRow(DeepActivation.Relu)]
    [DataRow(DeepActivation.Linear)]
    [DataRow(DeepActivation.Gelu)]
    [DataRow(DeepActivation.Swish)]
    public void Gradients_AtCriticality_DoNotDependOnTheLayer(DeepActivation kind) =>
        Assert.AreEqual(0, DecadesFromLastToFirst(kind, DeepInitialization.Critical), 0.5);

    // As one over the layer: a power of depth, and not an exponential. From layer 24 to 2 that is one decade.
    [TestMethod]
    [DataRow(DeepActivation.Tanh)]
    [DataRow(DeepActivation.Sine)]
    [DataRow(DeepActivation.Erf)]
    public void Gradients_OfOddActivations_ChangeByAPowerOfDepth(DeepActivation kind) =>
        Assert.AreEqual(0, DecadesFromLastToFirst(kind, DeepInitialization.Critical), 1.2);

    // chi_perp is 1/6 for ReLU, 1/3 for tanh near 0 and 1/12 for GELU there: 17, 10.5 and 24 decades in 22 layers,
    // less two by which activations fall on their way to the little that biases make of them.
    [TestMethod]
    [DataRow(DeepActivation.Relu, -15)]
    [DataRow(DeepActivation.Tanh, -8.5)]
    [DataRow(DeepActivation.Gelu, -22)]
    public void Gradients_OfTheDefaultInitialization_VanishExponentially(DeepActivation kind, double decades) =>
        Assert.AreEqual(decades, DecadesFromLastToFirst(kind, DeepInitialization.TorchDefault), 1.5);

    [TestMethod]
    public void Preactivations_HaveThePredictedVariances()
    {
        foreach (var kind in new[] { DeepActivation.Relu, DeepActivation.Tanh, DeepActivation.Gelu })
        {
            foreach (var gamma in new[] { 0, 0.8 })
            {
                var options = new DeepNetworkOptions { Width = 512, Depth = 8, Activation = kind, ResidualWeight = gamma };
                var measured = Kernels(options, networks: 8);
                var predicted = Predictions(options);
                for (var layer = 0; layer < options.Depth; layer++)
                {
                    Assert.AreEqual(predicted[layer].Kernel, measured[layer], 0.2 * predicted[layer].Kernel,
                        $"{kind}, {gamma}, layer {layer + 1}");
                }
            }
        }
    }

    // Theta by the recursion against sums of products of autograd's derivatives over all parameters, each times lambda_b or lambda_W / n.
    [TestMethod]
    [DataRow(DeepActivation.Tanh)]
    [DataRow(DeepActivation.Relu)]
    public void TangentKernel_IsThatOfAutograd(DeepActivation kind)
    {
        const int networks = 6;
        (double Bias, double Weight) rates = (0.3, 0.7);
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var (first, second) = (randn([1, Inputs], generator: generator), randn([1, Inputs], generator: generator));
        second = first.Scaled(0.6).Plus(second.Scaled(0.8));
        var options = new DeepNetworkOptions { Width = 1024, Depth = 2, Activation = kind };
        var measured = 0.0;
        for (var i = 0; i < networks; i++)
        {
            using var network = Make(options, generator);
            measured += Theta(network, first, second, rates) / networks;
        }

        double Product(Tensor a, Tensor b) => (a * b).sum().Item<float>() / Inputs;
        var point = CriticalPoint.Of(ActivationFunction.Of(kind));
        var variances = (point.BiasVariance, point.WeightVariance);
        var kernel = TangentKernel.AtInputs((Product(first, first), Product(second, second), Product(first, second)), variances, rates);
        for (var layer = 0; layer < options.Depth; layer++)
        {
            var last = new InitialWeights(options.Initialization, point).Output;
            kernel = kernel.Next(point.Activation, layer == options.Depth - 1 ? (last.Bias, last.Weight) : variances, rates);
        }
        Assert.AreEqual(kernel.Tangent, measured, 0.06 * kernel.Tangent);
    }

    [TestMethod]
    public void EachOfTheOptions_GivesOutputsOfAnyImage()
    {
        var input = new InputColumn("Features", InputKind.Sequence, 2 * 7 * 5, 1, 0, new FrameShape(2, 7, 5), IsFixed: true);
        foreach (var architecture in new[] { "conv 4 3 x 3, pool 2, conv 6 5, pool 4, fc 9 x 2", "pool 3, conv 4, pool 7", "fc 8 x 3" })
        {
            foreach (var settings in new[] { "", ", batchnorm", ", layernorm, residual 0.5", ", residual 0.9, gelu" })
            {
                using var scope = NewDisposeScope();
                using var generator = new Generator(1);
                var network = new DeepNetwork(
                    new DeepNetworkOptions { Architecture = architecture + settings, Dropout = 0.1 }, input, 3, generator);
                network.Standardize(Statistics(input.Channels));
                network.Randomness.Generator = generator;
                var outputs = network.call(new InputBatch(randn([4, 1, input.Channels], generator: generator), [1, 1, 1, 1]));
                CollectionAssert.AreEqual(new long[] { 4, 3 }, outputs.shape, architecture + settings);
                outputs.Squared().mean().backward();
                Assert.IsTrue(network.named_parameters().All(named => named.parameter.grad is not null), architecture + settings);
            }
        }
    }

    [TestMethod]
    public void ConvolutionsAndPools_OfVectors_AreRefusedByColumnAndType()
    {
        using var generator = new Generator(1);
        var vectors = new InputColumn("Pixels", InputKind.Sequence, 1, 49, 0, IsFixed: true);
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => new DeepNetwork(new DeepNetworkOptions { Architecture = "conv 4, fc 9" }, vectors, 3, generator));
        StringAssert.Contains(error.Message,
            "Feature column 'Pixels' must be an image [C, H, W] of Single, since Architecture 'conv 4, fc 9' has conv or pool");
    }

    [TestMethod]
    public void ConstantNumbers_CountAsZero_AndOthersAreStandardised()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var network = Make(new DeepNetworkOptions { Width = 5, Depth = 1 }, generator);
        double[] mean = [.. Enumerable.Repeat(3.0, Inputs)], deviation = [.. Enumerable.Repeat(2.0, Inputs - 1), 0];
        network.Standardize(ChannelStatistics.Of(mean, deviation));
        var row = zeros(1, 1, Inputs);
        var changed = row.clone();
        changed[0, 0, Inputs - 1] = 1000;
        Tensor Score(Tensor values) => network.call(new InputBatch(values, [1]));
        Assert.IsTrue(Score(row).equal(Score(changed)).all().Item<bool>());
        // All at the mean: nothing but biases, which ReLU's critical point has none of.
        Assert.AreEqual(0, Score(row.Plus(3)).abs().max().Item<float>(), 1e-6);
    }

    [TestMethod]
    public void RowsOfAnotherLength_AreRefused()
    {
        using var generator = new Generator(1);
        using var network = Make(new DeepNetworkOptions(), generator);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => network.call(new InputBatch(zeros(1, 1, 7), [1])));
        StringAssert.Contains(error.Message, "'Features' has rows of 7 values; those of training have 20");
    }

    [TestMethod]
    public void LearningRates_FallWithDepthAndWidth_AndNeverExceedTheRunsOwn()
    {
        using var generator = new Generator(1);
        using var small = Make(new DeepNetworkOptions { Width = 16, Depth = 1 }, generator);
        Assert.IsTrue(small.named_parameters().All(named => small.RateFactor(named.name) == 1));

        using var large = Make(new DeepNetworkOptions { Width = 256, Depth = 9 }, generator);
        Assert.AreEqual(2.0 / 10 * 64 / 256, large.RateFactor("layers.5.weight"), 1e-12);
        Assert.AreEqual(2.0 / 10, large.RateFactor("layers.5.bias"), 1e-12);
        Assert.AreEqual(2.0 / 10 * 64 / 256, large.RateFactor("output.weight"), 1e-12);

        using var equal = Make(new DeepNetworkOptions { Width = 256, Depth = 9, LayerRates = LayerLearningRates.Equal }, generator);
        Assert.IsTrue(equal.named_parameters().All(named => equal.RateFactor(named.name) == 1));
    }

    [TestMethod]
    public void DefaultInitialization_IsThatOfTorchsLinear()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var network = Make(
            new DeepNetworkOptions { Width = 100, Depth = 2, Initialization = DeepInitialization.TorchDefault }, generator);
        foreach (var name in new[] { "layers.1.weight", "layers.1.bias" })
        {
            var values = network.named_parameters().Single(named => named.name == name).parameter;
            Assert.AreEqual(0.1, values.abs().max().Item<float>(), 0.01, name);
            Assert.AreEqual(0.1 / Math.Sqrt(3), values.std().Item<float>(), 0.01, name);
        }
    }

    // Of the norm of gradients of weights of the first hidden layer between layers, over that of the last one; mean of logarithms of
    // networks.
    private static double DecadesFromLastToFirst(DeepActivation kind, DeepInitialization initialization)
    {
        const int networks = 10;
        using var generator = new Generator(5);
        var sum = 0.0;
        for (var i = 0; i < networks; i++)
        {
            using var scope = NewDisposeScope();
            using var network = Make(
                new DeepNetworkOptions { Width = Width, Depth = Depth, Activation = kind, Initialization = initialization }, generator);
            network.to(ScalarType.Float64);
            // Of one row: gradients of several point the same way more and more, the deeper the layer.
            network.call(new InputBatch(randn([1, 1, Inputs], ScalarType.Float64, generator: generator), [1])).Squared().sum().backward();
            double Norm(int layer) =>
                network.named_parameters().Single(named => named.name == $"layers.{layer}.weight").parameter.grad!.norm().Item<double>();
            sum += 2 * (Math.Log10(Norm(1)) - Math.Log10(Norm(Depth - 1)));
        }
        return sum / networks;
    }

    private static double[] Kernels(DeepNetworkOptions options, int networks)
    {
        using var generator = new Generator(2);
        var kernels = new double[options.Depth];
        for (var i = 0; i < networks; i++)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            using var network = Make(options, generator);
            var rows = nn.functional.normalize(randn([64, Inputs], generator: generator), dim: 1).Scaled(Math.Sqrt(Inputs));
            var layers = network.Preactivations(rows);
            for (var layer = 0; layer < layers.Count; layer++)
            {
                kernels[layer] += layers[layer].Squared().mean().Item<float>() / networks;
            }
        }
        return kernels;
    }

    private static IReadOnlyList<LayerPrediction> Predictions(DeepNetworkOptions options)
    {
        var function = ActivationFunction.Of(options.Activation);
        var weights = new InitialWeights(options.Initialization, CriticalPoint.Of(function));
        return SignalPropagation.Run(
            function, weights.First.Bias
                + weights.First.Weight, Enumerable.Repeat(weights.Hidden(options.ResidualWeight), options.Depth - 1));
    }

    private static double Theta(DeepNetwork network, Tensor first, Tensor second, (double Bias, double Weight) rates)
    {
        var parameters = network.named_parameters().ToArray();
        Tensor[] Derivatives(Tensor row)
        {
            network.zero_grad();
            network.call(new InputBatch(row.unsqueeze(1), [1])).sum().backward();
            return [.. parameters.Select(named => named.parameter.grad!.clone())];
        }
        return Derivatives(first).Zip(Derivatives(second)).Zip(parameters, (pair, named) =>
            (pair.First * pair.Second).sum()
                .Item<float>() * (named.parameter.dim() == 1 ? rates.Bias : rates.Weight / named.parameter.shape[1])).Sum();
    }

    private static DeepNetwork Make(DeepNetworkOptions options, Generator generator)
    {
        var network = new DeepNetwork(options, new InputColumn("Features", InputKind.Sequence, 1, Inputs, 0, IsFixed: true), 1, generator);
        network.Standardize(Statistics(Inputs));
        return network;
    }

    private static ChannelStatistics Statistics(int count) =>
        ChannelStatistics.Of([.. Enumerable.Repeat(0.0, count)], [.. Enumerable.Repeat(1.0, count)]);
}
