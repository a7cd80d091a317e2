using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests;

[TestClass]
public sealed class ConvolutionsTests
{
    // Memory that is used again has NaN in it, which oneDNN reads beside the last channel of a block.
    [TestMethod]
    [DataRow(8, 1)]
    [DataRow(8, 8)]
    [DataRow(8, 16)]
    [DataRow(8, 20)]
    [DataRow(3, 16)]
    [DataRow(5, 16)]
    [DataRow(12, 16)]
    [DataRow(17, 17)]
    [DataRow(24, 64)]
    [DataRow(40, 32)]
    [DataRow(100, 64)]
    public void OutputsAndGradients_AreFinite(int inputs, int outputs)
    {
        using var generator = new Generator(1);
        for (var step = 0; step < 100; step++)
        {
            using var scope = NewDisposeScope();
            var (rows, steps) = (1 + (step % 9), 8 + (step % 30));
            LeaveNaNInMemory();
            var series = randn([rows, inputs, steps], generator: generator).requires_grad_(true);
            var kernel = randn([outputs, inputs, 8], generator: generator).requires_grad_(true);
            AreFinite(series, kernel, outputs, (input, weight, bias) => Convolutions.OverTime(input, weight, bias));
            LeaveNaNInMemory();
            var images = randn([rows, inputs, 7, 6], generator: generator).requires_grad_(true);
            var filter = randn([outputs, inputs, 3, 3], generator: generator).requires_grad_(true);
            AreFinite(images, filter, outputs, (input, weight, bias) => Convolutions.OverImages(input, weight, bias));
        }
    }

    [TestMethod]
    public void AddedChannels_AreNotInTheResult()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var (input, weight) = (randn([2, 3, 9, 8], generator: generator), randn([5, 3, 3, 3], generator: generator));
        var expected = nn.functional.conv2d(input, weight, strides: [2, 2], padding: [1, 1]);
        var padded = Convolutions.OverImages(input.clone().requires_grad_(true), weight, null, [2, 2], [1, 1]);
        CollectionAssert.AreEqual(expected.shape, padded.shape);
        Assert.IsLessThan(1e-5f, expected.Minus(padded.detach()).abs().max().Item<float>());

        var (series, kernel, bias) = (randn([2, 3, 9], generator: generator), randn([5, 3, 4], generator: generator), randn([5], generator: generator));
        var straight = nn.functional.conv1d(series, kernel, bias);
        var blocked = Convolutions.OverTime(series.clone().requires_grad_(true), kernel, bias);
        Assert.IsLessThan(1e-5f, straight.Minus(blocked.detach()).abs().max().Item<float>());
    }

    [TestMethod]
    public void AddedInputs_ChangeNothing_NorDoTheyHaveGradients()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var (input, weight) = (randn([2, 17, 9], ScalarType.Float64, generator: generator), randn([5, 17, 4], ScalarType.Float64, generator: generator));
        var (images, filter) = (randn([2, 17, 9, 8], ScalarType.Float64, generator: generator), randn([5, 17, 3, 3], ScalarType.Float64, generator: generator));
        var bias = randn([5], ScalarType.Float64, generator: generator);
        Check(input, weight, (values, kernel) => nn.functional.conv1d(values, kernel, bias), (values, kernel) => Convolutions.OverTime(values, kernel, bias));
        Check(images, filter, (values, kernel) => nn.functional.conv2d(values, kernel, bias, padding: [1, 1]),
            (values, kernel) => Convolutions.OverImages(values, kernel, bias, padding: [1, 1]));

        // Double precision has no such kernels, and no rounding to speak of.
        static void Check(Tensor input, Tensor weight, Func<Tensor, Tensor, Tensor> plain, Func<Tensor, Tensor, Tensor> blocked)
        {
            AreClose(plain(input, weight), blocked(input, weight));
            var (values, kernel) = (input.clone().requires_grad_(true), weight.clone().requires_grad_(true));
            var expected = plain(values, kernel).Squared().sum().Gradients([values, kernel]);
            var actual = blocked(values, kernel).Squared().sum().Gradients([values, kernel]);
            AreClose(expected[0]!, actual[0]!);
            AreClose(expected[1]!, actual[1]!);
        }

        static void AreClose(Tensor expected, Tensor actual)
        {
            CollectionAssert.AreEqual(expected.shape, actual.shape);
            Assert.IsLessThan(1e-9, expected.Minus(actual).detach().abs().max().Item<double>());
        }
    }

    private static void AreFinite(Tensor input, Tensor weight, int outputs, Func<Tensor, Tensor, Tensor, Tensor> convolve)
    {
        var bias = zeros(outputs).requires_grad_(true);
        using (no_grad())
        {
            Assert.IsFalse(convolve(input, weight, bias).isnan().any().Item<bool>());
        }
        var result = convolve(input, weight, bias);
        Assert.IsFalse(result.isnan().any().Item<bool>());
        foreach (var gradient in result.mean([2]).Squared().sum().Gradients([input, weight, bias]))
        {
            Assert.IsFalse(gradient!.isnan().any().Item<bool>());
        }
    }

    private static void LeaveNaNInMemory()
    {
        using var scope = NewDisposeScope();
        using Scalar missing = float.NaN;
        foreach (var size in (int[])[16, 64, 256, 1000, 4000, 16_000, 64_000])
        {
            for (var i = 0; i < 4; i++)
            {
                full([size], missing);
            }
        }
    }
}
