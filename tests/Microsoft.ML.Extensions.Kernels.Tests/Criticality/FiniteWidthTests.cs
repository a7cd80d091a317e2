using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class FiniteWidthTests
{
    // Exact at any width: sampled networks agree within their own error, which the heavy tail makes a few parts in a hundred.
    [TestMethod, Trained]
    [DataRow(DeepActivation.Relu, 20)]
    [DataRow(DeepActivation.Relu, 40)]
    [DataRow(DeepActivation.Linear, 20)]
    public void SecondMoment_IsThatOfSampledNetworks(DeepActivation kind, int width)
    {
        const int depth = 5, draws = 100_000;
        var point = CriticalPoint.Of(ActivationFunction.Of(kind));
        var random = new Random(TrainedSeed.From(1));
        var (sum, squares) = (0.0, 0.0);
        for (var draw = 0; draw < draws; draw++)
        {
            var kernel = 1.0;
            for (var layer = 0; layer < depth; layer++)
            {
                var total = 0.0;
                for (var neuron = 0; neuron < width; neuron++)
                {
                    var value = point.Activation.Value(Math.Sqrt(kernel) * Normal.Next(random));
                    total += value * value;
                }
                kernel = point.WeightVariance * total / width;
            }
            sum += kernel;
            squares += kernel * kernel;
        }
        var expected = FiniteWidth.SecondMoment(point.Fluctuation, Enumerable.Repeat(width, depth));
        TrainedBound.Near(1, sum / draws, 0.02, "mean");
        TrainedBound.Near(1, squares / draws / Math.Pow(sum / draws, 2) / expected, 0.05, "second moment over the exact one");
    }

    [TestMethod]
    public void SecondMoment_IsTheProductOverTheLayers()
    {
        Assert.AreEqual(Math.Pow(1.25, 5), FiniteWidth.SecondMoment(5, Enumerable.Repeat(20, 5)), 1e-12);
        Assert.AreEqual(1.1 * 1.02, FiniteWidth.SecondMoment(2, [20, 100]), 1e-12);
    }
}
