using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Data;

[TestClass]
public sealed class ToyDataTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void CylinderBellFunnel_WithTheSameSeed_GivesTheSameRows()
    {
        CollectionAssert.AreEqual(Values(CylinderBellFunnel.Rows(9, 1)), Values(CylinderBellFunnel.Rows(9, 1)));
        CollectionAssert.AreNotEqual(Values(CylinderBellFunnel.Rows(9, 1)), Values(CylinderBellFunnel.Rows(9, 2)));
    }

    [TestMethod]
    public void CylinderBellFunnel_HasItsThreeShapes()
    {
        var rows = CylinderBellFunnel.Rows(3000, 1);
        CollectionAssert.AreEqual(CylinderBellFunnel.Classes, rows.Take(3).Select(row => row.Label).ToArray());
        Assert.IsTrue(rows.All(row => row.Features.Length == CylinderBellFunnel.Length));
        // Every shape lies on t = 32..48 at least, and none before t = 16.
        Assert.AreEqual(6, Mean(rows, "cylinder", 32, 48), 0.1);
        Assert.AreEqual(0, Mean(rows, "cylinder", 1, 15), 0.1);
        Assert.IsGreaterThan(Mean(rows, "bell", 32, 36), Mean(rows, "bell", 44, 48));
        Assert.IsLessThan(Mean(rows, "funnel", 32, 36), Mean(rows, "funnel", 44, 48));
    }

    [TestMethod]
    public void TinyData_HasTheShapesItPromises()
    {
        CollectionAssert.AreEqual(new[] { 16, 1 }, TinyData.Univariate(_ml).Dimensions("Features"));
        CollectionAssert.AreEqual(new[] { 16, 3 }, TinyData.Multivariate(_ml).Dimensions("Features"));
        var ragged = TinyData.UnequalLength(_ml);
        CollectionAssert.AreEqual(new[] { 0, 2 }, ragged.Dimensions("Features"));
        var lengths = ragged.Vectors("Features").Select(values => values.Length / 2).ToArray();
        Assert.AreEqual(8, lengths.Min());
        Assert.AreEqual(20, lengths.Max());
        CollectionAssert.AreEqual(new[] { "a", "b", "c" }, TinyData.Multivariate(_ml).Texts("Label").Distinct().ToArray());
    }

    private static float[] Values(SequenceRow[] rows) => [.. rows.SelectMany(row => row.Features)];

    private static double Mean(SequenceRow[] rows, string label, int first, int last) =>
        rows.Where(row => row.Label == label).Average(row => row.Features[(first - 1)..last].Average());
}
