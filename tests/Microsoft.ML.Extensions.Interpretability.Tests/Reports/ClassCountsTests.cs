namespace Microsoft.ML.Extensions.Interpretability.Tests.Reports;

[TestClass]
public sealed class ClassCountsTests
{
    // Of class 0: right, right, wrong. Of class 1: right, wrong. Class 2 does not occur.
    private static ClassCounts Counts { get; } = new(
    [
        Row(0, 0.8f, 0.1f, 0.1f), Row(0, 0.6f, 0.3f, 0.1f), Row(0, 0.2f, 0.5f, 0.3f), Row(1, 0.1f, 0.9f, 0), Row(1, 0.6f, 0.2f, 0.2f),
    ], 3);

    [TestMethod]
    public void Confusion_HasTheLabelFirst()
    {
        CollectionAssert.AreEqual(new[,] { { 2, 1, 0 }, { 1, 1, 0 }, { 0, 0, 0 } }, Counts.Confusion);
        Assert.AreEqual(0.6, Counts.Accuracy, 1e-9);
        Assert.AreEqual(0.6, Counts.MajorityShare, 1e-9);
        Assert.AreEqual(((2 / 3.0) + 0.5) / 2, Counts.MacroAccuracy, 1e-9);
        Assert.AreEqual(-(Math.Log(0.8) + Math.Log(0.6) + Math.Log(0.2) + Math.Log(0.9) + Math.Log(0.2)) / 5, Counts.LogLoss, 1e-6);
    }

    [TestMethod]
    public void Classes_HavePrecisionRecallAndF1()
    {
        Assert.AreEqual(2 / 3.0, Counts.Precision(0), 1e-9);
        Assert.AreEqual(2 / 3.0, Counts.Recall(0), 1e-9);
        Assert.AreEqual(0.5, Counts.F1(1), 1e-9);
        Assert.IsTrue(double.IsNaN(Counts.Recall(2)) && double.IsNaN(Counts.Precision(2)) && double.IsNaN(Counts.F1(2)) && double.IsNaN(Counts.Auc(2)));
    }

    [TestMethod]
    public void AreaUnderRoc_IsThePartOfPairsInOrder_AndTiesAreHalf()
    {
        // Class 0 has .8, .6, .2 and the others .1, .6: of six pairs four are in order, one is a tie.
        Assert.AreEqual(4.5 / 6, Counts.Auc(0), 1e-9);
        CollectionAssert.AreEqual(new[] { (0.0, 0.0), (0, 1 / 3.0), (0.5, 2 / 3.0), (0.5, 1), (1, 1) }, Counts.Roc(0).ToArray());
    }

    [TestMethod]
    public void Calibration_ComparesProbabilityAndAccuracy()
    {
        var parts = Counts.Calibration(2);
        // All highest probabilities are .5 or more.
        Assert.HasCount(1, parts);
        Assert.AreEqual((0.8 + 0.6 + 0.5 + 0.9 + 0.6) / 5, parts[0].Probability, 1e-6);
        Assert.AreEqual(0.6, parts[0].Accuracy, 1e-9);
        Assert.AreEqual(parts[0].Probability - 0.6, Counts.CalibrationError(2), 1e-9);
        Assert.HasCount(4, Counts.Calibration(10));
    }

    private static ScoredRow Row(int label, params float[] probabilities) => new(0, [label], probabilities);
}
