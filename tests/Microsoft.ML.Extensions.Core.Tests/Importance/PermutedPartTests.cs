using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Importance;

namespace Microsoft.ML.Extensions.Core.Tests.Importance;

[TestClass]
public sealed class PermutedPartTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(8)]
    [DataRow(31)]
    [DataRow(427)]
    public void Times_CoverEveryStepOnce_AndNoneIsEmpty(int steps)
    {
        var parts = PermutedPart.Times(steps);
        Assert.HasCount(Math.Min(steps, 8), parts);
        AssertCovered(parts, steps);
    }

    [TestMethod]
    public void TimesOfUnequalRows_CoverEveryStep_AndAreNamedByPartsOfTheRow()
    {
        var parts = PermutedPart.Times(0);
        Assert.AreEqual("From 12 % to 25 % of the row", parts[1].Name);
        foreach (var steps in new[] { 1, 3, 9, 100 })
        {
            CollectionAssert.AreEqual(Enumerable.Range(0, steps).ToArray(), parts.SelectMany(part => Steps(part, steps)).ToArray());
        }
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(25, 25)]
    [DataRow(29, 29)]
    [DataRow(32, 32)]
    [DataRow(33, 32)]
    [DataRow(1000, 32)]
    public void Values_CoverEveryValueOnce(int count, int parts)
    {
        var found = PermutedPart.Values(Column(new float[count]), count);
        Assert.HasCount(parts, found);
        AssertCovered(found, count);
    }

    [TestMethod]
    public void Values_HaveTheNamesOfSlots_AndGroupsTheirPlaces()
    {
        var ml = new MLContext(1);
        var rows = ml.Data.LoadFromEnumerable([new Named { Age = 1, Height = 2 }]);
        var data = ml.Transforms.Concatenate("X", nameof(Named.Age), nameof(Named.Height)).Fit(rows).Transform(rows);
        CollectionAssert.AreEqual(new[] { "Age", "Height" }, PermutedPart.Values(data.Schema["X"], 2).Select(part => part.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "Value 0", "Value 1" }, PermutedPart.Values(Column([1, 2]), 2).Select(part => part.Name).ToArray());
        Assert.AreEqual("Values 2 to 3", PermutedPart.Values(Column(new float[64]), 64)[1].Name);
        Assert.AreEqual("Steps 4 to 7", PermutedPart.Times(32)[1].Name);
    }

    private static void AssertCovered(PermutedPart[] parts, int steps)
    {
        Assert.IsTrue(parts.All(part => Steps(part, steps).Any()));
        CollectionAssert.AreEqual(Enumerable.Range(0, steps).ToArray(), parts.SelectMany(part => Steps(part, steps)).ToArray());
    }

    private static IEnumerable<int> Steps(PermutedPart part, int steps)
    {
        var (first, end) = part.Steps(steps);
        return Enumerable.Range(first, end - first);
    }

    private static DataViewSchema.Column Column(float[] values)
    {
        var definition = SchemaDefinition.Create(typeof(Row));
        definition["X"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, values.Length);
        return new MLContext(1).Data.LoadFromEnumerable([new Row { X = values }], definition).Schema["X"];
    }

    private sealed class Row
    {
        public float[] X { get; set; } = [];
    }

    private sealed class Named
    {
        public float Age { get; set; }

        public float Height { get; set; }
    }
}
