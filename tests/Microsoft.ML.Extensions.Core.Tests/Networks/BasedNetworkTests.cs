using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Core.Tests.Training;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Networks;

/// <summary>A base and networks answer together, each by its weight.</summary>
[TestClass]
public sealed class BasedNetworkTests
{
    [TestMethod]
    public void Outputs_AreTheWeightedSumOfTheBasesAndOfTheNetworksMean()
    {
        foreach (var weights in StackingWeights.All.Where(weights => weights.Network > 0))
        {
            // The mean of the networks is 4.
            Assert.AreEqual((weights.Base * 10) + (weights.Network * 4), Output(weights, 1, 7), 1e-5, $"{weights}");
        }
    }

    [TestMethod]
    public void WithoutNetworks_TheBaseAnswers() => Assert.AreEqual(10, Output(StackingWeights.All[0]));

    private static float Output(StackingWeights weights, params float[] networks)
    {
        using var scope = NewDisposeScope();
        using var network = new BasedNetwork(
            new Fixed(10), networks.Select(value => new Fixed(value)), LoopRun.Squares, weights);
        return network.call(new InputBatch(zeros(1, 1, 1), [1])).data<float>()[0];
    }

    private sealed class Fixed(float output) : Network(nameof(Fixed))
    {
        public override Tensor forward(InputBatch batch) => tensor([output]).expand(batch.Rows, 1);
    }
}
