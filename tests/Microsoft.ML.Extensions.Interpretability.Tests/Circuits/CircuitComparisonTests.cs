using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class CircuitComparisonTests
{
    [TestMethod, Trained]
    public void CompareCircuits_GivesEachMethodsAucs_AndATable()
    {
        using var compiled = KnownCircuits.Compile("histogram");
        var compared = new MLContext(1).Model.CompareCircuits(
            compiled.Model, compiled.ToTask(12, TrainedSeed.From(1)), compiled.Truth(AblationKind.Resample),
            [new GradientTimesActivation(), new EdgeAttributionPatching()]);
        TrainedBound.AtLeast(compared[0].NodeAuc!.Value, 1, "area of the heads");
        Assert.IsNull(compared[0].EdgeAuc);
        TrainedBound.Above(compared[1].EdgeAuc!.Value, 0.9, "area of the edges");
        Assert.IsTrue(compared.All(comparison => comparison.Seconds > 0));
        StringAssert.Contains(CircuitComparison.Table(compared), "| Gradient x activation | 1.000 | - |");
    }

    [TestMethod]
    public void Auc_OfATruthThatIsAllHeads_IsNone()
    {
        using var compiled = KnownCircuits.Compile("histogram");
        var heads = Enumerable.Range(0, compiled.Model.Config.Heads).Select(head => CircuitNode.Head(0, head));
        var compared = new MLContext(1)
            .Model.CompareCircuits(compiled.Model, compiled.ToTask(4), new CircuitTruth(heads), [new GradientTimesActivation()]);
        Assert.IsNull(compared[0].NodeAuc);
    }

    [TestMethod]
    public void OfBest_TakesTheHighest_AndAllThatTieWithTheLast()
    {
        var scores = new CircuitScores(new Dictionary<CircuitNode, double>
        {
            [CircuitNode.Head(0, 0)] = 3,
            [CircuitNode.Head(0, 1)] = 1,
            [CircuitNode.Head(1, 0)] = 1,
            [CircuitNode.Head(1, 1)] = 0,
        });
        Assert.HasCount(3, CircuitTruth.OfBest(scores, 2).Heads);
        Assert.HasCount(1, CircuitTruth.OfBest(scores, 1).Heads);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CircuitTruth.OfBest(scores, 5));
    }
}
