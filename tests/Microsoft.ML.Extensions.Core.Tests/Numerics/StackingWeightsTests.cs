using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Core.Tests.Numerics;

[TestClass]
public sealed class StackingWeightsTests
{
    [TestMethod]
    public void LeastMeanLoss_IsChosen_AndTheWholeBaseWhereNothingIsBetter()
    {
        var best = new StackingWeights(0.5, 1.5);
        var (chosen, mixed, alone) = Choose([.. Enumerable.Range(0, 20).Select(_ => Losses(weights => weights == best ? 1 : 2))]);
        Assert.AreEqual(best, chosen);
        CollectionAssert.AreEqual(Enumerable.Repeat(1f, 20).ToArray(), mixed);
        CollectionAssert.AreEqual(Enumerable.Repeat(2f, 20).ToArray(), alone);
        Assert.AreEqual(new StackingWeights(1, 0), Choose([.. Enumerable.Range(0, 20).Select(_ => Losses(_ => 2))]).Best);
    }

    // A row that is best with other weights than the rest would choose them for itself; chosen by the other rows, it gains nothing.
    [TestMethod]
    public void RowsThatChoose_DoNotMeasure()
    {
        var lucky = new StackingWeights(0, 3);
        var (chosen, mixed, _) = Choose(
            [.. Enumerable.Range(0, 10).Select(row => Losses(weights => weights == lucky ? (row == 4 ? -100 : 1) : 0))]);
        Assert.AreEqual(lucky, chosen);
        CollectionAssert.AreEqual((float[])[1, 1, 1, 1, 0, 1, 1, 1, 1, 1], mixed);
    }

    // A wrong base loses its weight, and the network is not credited for that.
    [TestMethod]
    public void LessOfTheBase_IsNoGainOfTheNetwork()
    {
        var (chosen, mixed, alone) = Choose([.. Enumerable.Range(0, 20).Select(_ => Losses(weights => (float)weights.Base))]);
        Assert.AreEqual(0, chosen.Base);
        CollectionAssert.AreEqual(mixed, alone);
    }

    [TestMethod]
    public void OneRow_ChoosesNothingForItself()
    {
        var (_, mixed, _) = Choose([Losses(weights => weights.Network > 0 ? 0 : 1)]);
        CollectionAssert.AreEqual((float[])[1], mixed);
    }

    [TestMethod]
    public void OneLossChooses_AnotherIsReported()
    {
        var (chosen, mixed, _) = StackingWeights.Choose(
            [.. Enumerable.Repeat(Losses(weights => (float)weights.Base), 20)], [.. Enumerable.Repeat(Losses(weights => 7 - (float)weights.Base), 20)]);
        Assert.AreEqual(0, chosen.Base);
        CollectionAssert.AreEqual(Enumerable.Repeat(7f, 20).ToArray(), mixed);
    }

    [TestMethod]
    [DataRow(0.5, 0.2, 0.1, false, true)]
    [DataRow(0.5, 0.1, 0.2, false, false)]
    [DataRow(0.5, 0.1, 0.2, true, true)]
    [DataRow(0.5, -0.1, 0.2, true, false)]
    [DataRow(0.0, 0.2, 0.1, true, false)]
    public void Network_IsWorthItsPlace_ByMoreThanAnError_OrByAnyGainOfFolds(double network, double gain, double error, bool areFolds, bool expected) =>
        Assert.AreEqual(expected, new StackingWeights(1, network).AreWorthIt(gain, error, areFolds));

    [TestMethod]
    [DataRow(1.0, 0.0, true)]
    [DataRow(0.5, 0.0, false)]
    [DataRow(0.0, 0.25, true)]
    [DataRow(0.25, 0.3, false)]
    public void Model_HasWeightsThatAreTried(double solved, double network, bool expected) => Assert.AreEqual(expected, new StackingWeights(solved, network).CanBe);

    private static (StackingWeights Best, float[] Mixed, float[] Alone) Choose(float[][] losses) => StackingWeights.Choose(losses, losses);

    private static float[] Losses(Func<StackingWeights, float> loss) => [.. StackingWeights.All.Select(loss)];
}
