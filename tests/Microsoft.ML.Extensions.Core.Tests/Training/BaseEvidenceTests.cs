using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class BaseEvidenceTests
{
    private const int Held = 20;

    // The base says 0 and the network 1, for labels of 1 and -1: of 12 right rows in 20 the best weight is .25, and the gain of .04 is a third of its
    // standard error.
    [TestMethod]
    [DataRow(12, false)]
    [DataRow(20, true)]
    public void Network_IsKept_WhereItsGainIsMoreThanItsStandardError(int right, bool convinces)
    {
        var ml = new MLContext(1);
        var view = ml.Data.LoadFromEnumerable(Enumerable.Range(0, Held + 1).Select(i => new LoopRow { X = [0, 0], Y = i * right % Held < right ? 1 : -1 }));
        var data = ExampleData.Read(
            view, new ExampleColumns(InputColumn.From(view.Schema, "X"), "Y", null, RegressionTask.Instance, MissingValues.Error), long.MaxValue, () => { });
        Assert.IsTrue(data.TryDivide(new AllButTheFirst(), leastLearned: 1));
        using var zero = new Silent();
        var context = new TrainingContext(data, null, LoopRun.Squares, null!, 1, CPU, 1, () => { }, null!);
        var parts = BaseParts.Of(context, new SolvedBase(null!, default, zero, [], []), networks: 1);
        var evidence = new BaseEvidence(LoopRun.Squares, parts, () => { });
        var answers = new RowOutputs(Held + 1, 1);
        for (var row = 0; row <= Held; row++)
        {
            answers.Set(row, [1f]);
        }

        evidence.Add(parts.Judging, answers);

        Assert.IsGreaterThan(0, evidence.Weights.Network);
        Assert.AreEqual(convinces, evidence.Convinces);
    }

    private sealed class AllButTheFirst : RowSplit
    {
        public override RowPart PartOf(long row, RowPlace place) => row == 0 ? RowPart.Training : RowPart.Validation;
    }

    private sealed class Silent() : Network("silent")
    {
        public override Tensor forward(InputBatch input) => zeros([input.Values.shape[0], 1]);
    }
}
