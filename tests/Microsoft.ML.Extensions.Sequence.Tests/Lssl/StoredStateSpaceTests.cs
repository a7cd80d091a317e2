using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Sequence.Tests.Numerics.StateSpace;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lssl;

/// <summary>Systems without tensors compute what the layer computes whose weights they read.</summary>
[TestClass]
public sealed class StoredStateSpaceTests
{
    private const int Features = 21;

    private static readonly int[] s_lengths = [1, 2, 7, 32, 65, 257, 1023];

    private static IEnumerable<object[]> AllMatrices => Enum.GetValues<StateMatrix>().Select(matrix => new object[] { matrix });

    [TestMethod]
    [DynamicData(nameof(AllMatrices))]
    public void Row_IsThatOfTheLayer(StateMatrix matrix)
    {
        foreach (var learn in Enum.GetValues<LsslLearning>())
        {
            foreach (var (channels, bidirectional) in new[] { (1, false), (1, true), (3, false), (3, true) })
            {
                AssertSame(Options(matrix, learn, channels, bidirectional), s_lengths);
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(AllMatrices))]
    public void EveryTransform_IsThatOfTheLayer(StateMatrix matrix)
    {
        foreach (var alpha in new[] { 0, 0.6, 1 })
        {
            var options = Options(matrix, LsslLearning.All, 2, true);
            options.Alpha = alpha;
            // Euler's method is not stable for all of these matrices: longer kernels grow without limit, and rounding errors with them.
            AssertSame(options, 1, 7, alpha == 0 ? 12 : 65);
        }
    }

    [TestMethod]
    [DataRow(StateMatrix.LegS)]
    [DataRow(StateMatrix.LegT)]
    [DataRow(StateMatrix.LagT)]
    public void DenseKernelOfAStructuredMatrix_IsThatOfTheLayer(StateMatrix matrix)
    {
        var options = Options(matrix, LsslLearning.All, 1, true);
        options.Kernel = LsslKernel.DenseKrylov;
        AssertSame(options, 1, 32, 257);
    }

    [TestMethod]
    public void MoreFeaturesThanAreInMemoryAtOnce_AreThoseOfTheLayer()
    {
        var options = Options(StateMatrix.LegS, LsslLearning.All, 2, false);
        options.HiddenSize = 70;
        AssertSame(options, 33);
    }

    [TestMethod]
    [DynamicData(nameof(AllMatrices))]
    public void Kernel_HasTheSameFirstValuesForEveryLength(StateMatrix matrix)
    {
        using var scope = NewDisposeScope();
        var options = Options(matrix, LsslLearning.All, 2, false);
        using var layer = Layer(options);
        var system = StoredStateSpace.System(options, Weights(layer).At("forwards"));
        var (shorter, longer) = (system.Kernel(37), system.Kernel(300));
        for (var row = 0; row < system.Shape.Outputs; row++)
        {
            CollectionAssert.AreEqual(shorter[(row * 37)..((row + 1) * 37)], longer[(row * 300)..((row * 300) + 37)]);
        }
    }

    [TestMethod]
    [DynamicData(nameof(AllMatrices))]
    public void Steps_AreThoseOfTheLayer(StateMatrix matrix)
    {
        foreach (var channels in new[] { 1, 3 })
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            using var state = new StreamState();
            var options = Options(matrix, LsslLearning.All, channels, false);
            var layer = Layer(options);
            layer.get_parameter("feedthrough")!.zero_();
            var u = Inputs(40);
            var stepped = StoredStateSpace.System(options, Weights(layer).At("forwards")).Stepped();
            TensorAssert.AreClose(layer.Advance(u, state), tensor(Steps(stepped, u, channels)).view(1, 40, -1), Tolerance.Single);
        }
    }

    [TestMethod]
    public void WeightsOfAnotherShape_AreRefused()
    {
        using var layer = Layer(Options(StateMatrix.DiagonalLegS, LsslLearning.All, 2, true));
        var weights = Weights(layer);
        StoredStateSpace.Layer(Options(StateMatrix.DiagonalLegS, LsslLearning.All, 1, true), weights, LaneWidths.Widest);
        Assert.ThrowsExactly<FormatException>(weights.CheckTaken);
    }

    private static void AssertSame(LsslOptions options, params int[] lengths)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var layer = Layer(options);
        var convolution = StoredStateSpace.Layer(options, Weights(layer), LaneWidths.Widest);
        foreach (var steps in lengths)
        {
            var u = Inputs(steps, options.HiddenSize);
            var expected = layer.call(u);
            var actual = tensor(ConvolutionProblem.Run(convolution, Values(u), options.HiddenSize, options.Channels)).view(expected.shape);
            var error = (expected - actual).abs().max().Item<float>() / expected.abs().max().Item<float>();
            Assert.IsTrue(
                error <= Tolerance.Single,
                $"{options.StateMatrix}, {options.Learn}, {options.Channels}, both ways {options.Bidirectional}, {steps} steps: {error}");
        }
    }

    private static unsafe float[] Steps(SteppedSystem system, Tensor u, int channels)
    {
        var (inputs, outputs) = (Values(u), new float[(int)u.shape[1] * Features * channels]);
        var state = new float[system.StateSize];
        fixed (float* x = state, from = inputs, to = outputs)
        {
            for (var t = 0; t < u.shape[1]; t++)
            {
                system.Next(x, from + (t * Features), to + (t * Features * channels));
            }
        }
        return outputs;
    }

    private static LsslOptions Options(StateMatrix matrix, LsslLearning learn, int channels, bool bidirectional)
    {
        var options = Systems.Options(matrix, learn: learn);
        (options.HiddenSize, options.Channels, options.Bidirectional, options.SamplingRate) = (Features, channels, bidirectional, 0.9);
        return options;
    }

    // Of other weights than those that training begins with.
    private static LsslLayer Layer(LsslOptions options)
    {
        var (layer, generator) = (new LsslLayer(options, new Generator(7)), new Generator(3));
        using var noGrad = no_grad();
        foreach (var value in layer.state_dict().Values)
        {
            // Zeros, too: those of a structured matrix may be learned.
            using var noise = randn(value.shape, generator: generator).Scaled(0.01);
            value.add_(noise, Numbers.One);
        }
        return layer;
    }

    private static StoredWeights Weights(LsslLayer layer) => new(Safetensors.Save(layer));

    private static Tensor Inputs(int steps, int features = Features) => randn([1, steps, features], generator: new Generator(5));

    private static float[] Values(Tensor values) => values.contiguous().view(-1).data<float>().ToArray();
}
