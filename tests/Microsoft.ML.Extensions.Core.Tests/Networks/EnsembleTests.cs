using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Core.Tests.Training;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Networks;

/// <summary>Several networks are averaged in what a user sees, for whole rows and for streams alike.</summary>
[TestClass]
public sealed class EnsembleTests
{
    [TestMethod]
    public void Classes_AreAveragedInTheirProbabilities() => AssertMean(
        new MulticlassHead(new HeadDescription("Multiclass", 3)), outputs => outputs.softmax(-1), [[9, 0, 0], [0, 1, 0], [0, 1, 0]]);

    [TestMethod]
    public void OneSureNetwork_DoesNotOutvoteTwo() => AssertMean(
        new BinaryHead(new HeadDescription("Binary", 1)), outputs => outputs.sigmoid(), [[30], [-2], [-2]],
        (score, _) => Assert.IsLessThan(0, score.Item<float>()));

    [TestMethod]
    public void Numbers_AreAveragedAsTheyAre() => AssertMean(
        new RegressionHead(new HeadDescription("Regression", 1, Mean: 5, Scale: 2)), outputs => outputs.Scaled(2).Plus(5), [[1], [2], [6]]);

    [TestMethod]
    public void OneNetwork_IsItself()
    {
        using var only = new Fixed([1]);
        Assert.AreSame(only, Ensemble.Of([only], LoopRun.Squares));
    }

    private static void AssertMean(TaskHead head, Func<Tensor, Tensor> seen, float[][] outputs, Action<Tensor, Tensor>? check = null)
    {
        using var scope = NewDisposeScope();
        using var ensemble = Ensemble.Of([.. outputs.Select(values => new Fixed(values))], head);
        using var state = new StreamState();
        var batch = new InputBatch(zeros(2, 1, 1), [1, 1]);
        var expected = stack(outputs.Select(values => seen(tensor(values))).ToArray()).mean([0]).expand(2, outputs[0].Length);
        foreach (var mean in new[] { ensemble.call(batch), IStreamable.Of(ensemble).Advance(batch, state) })
        {
            var shown = head is BinaryHead ? mean.sigmoid() : head.Activate(mean);
            Closeness.AssertClose(
                expected.to_type(ScalarType.Float64).contiguous().data<double>().ToArray(), shown.data<float>()
                    .ToArray(), Tolerance.Single, "outputs");
            check?.Invoke(mean[0], shown[0]);
        }
    }

    private sealed class Fixed(float[] outputs) : Network(nameof(Fixed)), IStreamable
    {
        public string? StreamingObstacle => null;

        public override Tensor forward(InputBatch batch) => tensor(outputs).expand(batch.Rows, outputs.Length);

        public Tensor Advance(InputBatch batch, StreamState state) => forward(batch);
    }
}
