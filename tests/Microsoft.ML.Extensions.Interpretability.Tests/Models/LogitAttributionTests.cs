using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models;

[TestClass]
public sealed class LogitAttributionTests
{
    private static readonly TokenBatch Batch = new([TinyTransformers.Row, [4, 2]]);

    public static IEnumerable<object[]> Kinds => TinyTransformers.Configs.Keys.Select(kind => new object[] { kind });

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Values_SumToTheLogitAndToTheDifference(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = TinyTransformers.Create(kind, ScalarType.Float64);
        var logits = model.Run(Batch, HookKind.LastLogits);
        var one = model.AttributeLogits(Batch, [2, 1]);
        var difference = model.AttributeLogits(Batch, [2, 1], [0, 2]);
        int[] outputs = [2, 1], others = [0, 2];
        for (var row = 0; row < 2; row++)
        {
            var logit = logits[row, outputs[row]].Item<double>();
            Assert.AreEqual(logit, one.Parts.Sum(part => one[part, row]), 1e-11, $"logit of row {row}");
            Assert.AreEqual(logit - logits[row, others[row]].Item<double>(), difference.Parts.Sum(part => difference[part, row]), 1e-11,
                $"difference of row {row}");
        }
    }

    [TestMethod]
    public void Values_OfAPart_AreWhatTakingItAwayTakes()
    {
        // Without normalisation the direct effect of a last layer's head is its whole effect.
        using var model = TinyTransformers.Create("attention only", ScalarType.Float64);
        var attribution = model.AttributeLogits(Batch, [2, 1]);
        using var with = model.Run(Batch, HookKind.LastLogits);
        using var without = model.Run(Batch, HookKind.LastLogits, [Intervention.Zero(new(HookKind.HeadResult, 1), heads: [3])]);
        using var effect = with[1, 1] - without[1, 1];
        Assert.AreEqual(effect.Item<double>(), attribution["L1H3", 1], 1e-12);
    }

    [TestMethod]
    public void AttributeLogits_LeavesNoTensor()
    {
        using var model = TinyTransformers.Create("gpt2");
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        model.AttributeLogits(Batch, [2, 1]);
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void AttributeLogits_OfOutputsThatAreNotThere_SaysSo()
    {
        using var model = TinyTransformers.Create("encoder");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => model.AttributeLogits(Batch, [2, 3])).Message,
            "Row 1 asks for output 3; the model has outputs 0 to 2");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => model.AttributeLogits(Batch, [2])).Message, "1 outputs were given for 2 rows");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => model.AttributeLogits(Batch, [2, 1])["mlp9", 0]).Message, "'mlp9'");
    }
}
