using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Networks;

[TestClass]
public sealed class StepBatchNormTests
{
    [TestMethod]
    public void Training_NormalizesByTheValidStepsOfAllRows()
    {
        using var scope = NewDisposeScope();
        using var norm = new StepBatchNorm(1);
        norm.train();
        var steps = tensor(new float[] { 1, 2, 6, 3, 100, 100 }).view(2, 3, 1);
        var normalized = norm.call(steps, new InputBatch(steps, [3, 1]));
        // Of 1, 2, 6 and 3: the mean is 3 and the variance 3.5.
        double[] expected = [.. new[] { -2.0, -1, 3, 0 }.Select(value => value / Math.Sqrt(3.5 + 1e-5)), 0, 0];
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], normalized.flatten()[i].Item<float>(), 1e-4);
        }
    }

    [TestMethod]
    public void Scoring_NormalizesByTheMeanOfTheFirstBatches()
    {
        using var scope = NewDisposeScope();
        using var norm = new StepBatchNorm(1);
        norm.train();
        foreach (var start in new float[] { 0, 10, 50 })
        {
            var steps = tensor(new[] { start - 1, start + 1 }).view(1, 2, 1);
            norm.call(steps, new InputBatch(steps, [2]));
        }
        norm.eval();
        var middle = tensor(new float[] { 20 }).view(1, 1, 1);
        Assert.AreEqual(0, norm.call(middle, new InputBatch(middle, [1])).Item<float>(), 1e-4);
    }
}
