using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.RandomConvolution;

[TestClass]
public sealed class ConvolutionLearnerTests
{
    private const int Count = 150;
    private const int Steps = 20;

    // Drawing, features, scaling and the systems of every design: a base is solved by the same.
    [TestMethod]
    public void Learning_IsStoppedAtAnyLook_AndLeavesNoTensor() => Stops.AssertAtEach(Learn, every: 17, least: 100);

    private static void Learn(Action checkAlive)
    {
        var (random, store, channels) = (new Random(1), new RowStore(), ChannelStatistics.Of([0], [1]));
        for (var row = 0; row < Count; row++)
        {
            float[] values = [.. Enumerable.Range(0, Steps).Select(_ => (float)Normal.Next(random))];
            store.Add(values, Steps, [values.Max()], weight: 1);
        }
        var rows = new ConvolutionRows(
            store, [.. Enumerable.Range(0, Count)], new RegressionHead(new HeadDescription("Regression", 1)), [], 1, channels, Steps, 1, checkAlive, _ => { });
        new ConvolutionLearner(new RandomConvolutionOptions { Features = 336 }, rows).Learn();
    }
}
