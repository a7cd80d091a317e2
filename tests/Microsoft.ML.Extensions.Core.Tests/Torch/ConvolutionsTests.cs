using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests;

[TestClass]
public sealed class ConvolutionsTests
{
    // Memory that is used again has NaN in it, which oneDNN reads beside the last channel of a block.
    [TestMethod]
    [DataRow(1)]
    [DataRow(8)]
    [DataRow(16)]
    [DataRow(20)]
    public void Gradients_AreFinite(int outputs)
    {
        using var generator = new Generator(1);
        using Scalar missing = float.NaN;
        for (var step = 0; step < 400; step++)
        {
            using var scope = NewDisposeScope();
            full([1 + (step * 37 % 5000)], missing).Dispose();
            var (rows, steps) = (1 + (step % 9), 8 + (step % 30));
            var input = randn([rows, 8, steps], generator: generator).requires_grad_(true);
            var weight = randn([outputs, 8, 8], generator: generator).requires_grad_(true);
            var bias = randn([outputs], generator: generator).requires_grad_(true);
            var sum = (Convolutions.OverTime(input, weight, bias) * randn([rows, outputs, steps - 7], generator: generator)).sum();
            foreach (var gradient in sum.Gradients([input, weight, bias]))
            {
                Assert.IsFalse(gradient!.isnan().any().Item<bool>(), $"step {step}");
            }
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
}
