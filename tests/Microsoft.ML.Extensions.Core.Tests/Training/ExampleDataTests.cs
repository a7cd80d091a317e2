using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

/// <summary>Statistics that are computed before training use the training set alone.</summary>
[TestClass]
public sealed class ExampleDataTests
{
    private const long Unlimited = long.MaxValue;

    // This budget holds a few rows.
    private const long Tight = 300;

    [TestMethod]
    [DataRow(Unlimited)]
    [DataRow(Tight)]
    public void Statistics_AreThoseOfTheTrainingPartAlone(long budget)
    {
        var rows = Rows();
        var data = Read(rows, budget);
        Assert.IsTrue(data.TryDivide(new LastTen(), leastLearned: 1));
        var alone = Read(rows[..90], Unlimited);
        Assert.AreEqual((alone.Labels.Rows, alone.Labels.Mean, alone.Labels.StandardDeviation),
            (data.Labels.Rows, data.Labels.Mean, data.Labels.StandardDeviation));
        Assert.AreEqual(alone.MeanWeight, data.MeanWeight);
        CollectionAssert.AreEqual(alone.Channels.Mean.ToArray(), data.Channels.Mean.ToArray());
        CollectionAssert.AreEqual(alone.Channels.StandardDeviation(), data.Channels.StandardDeviation());
        Assert.AreEqual(rows[90..].Average(row => row.W), new ExampleSource(data, RowPart.Validation).MeanWeight, 1e-6);
    }

    [TestMethod]
    [DataRow(Unlimited)]
    [DataRow(Tight)]
    public void RowsOfTheGap_AreInNeitherPart(long budget)
    {
        var data = Read(Rows(), budget);
        Assert.IsTrue(data.TryDivide(new LastTen(gap: 20), leastLearned: 1));
        Assert.AreEqual((70L, 10L), (data.Labels.Rows, data.Of(RowPart.Validation).Labels.Rows));
        Assert.AreEqual(70, new ExampleSource(data).Batches(8, shuffle: null).Sum(batch => batch.Rows.Count));
    }

    [TestMethod]
    public void SplitThatLeavesTooFew_ChangesNothing()
    {
        var data = Read(Rows(), Unlimited);
        Assert.IsFalse(data.TryDivide(new LastTen(), leastLearned: 91));
        Assert.AreEqual((false, 100L), (data.IsDivided, data.Labels.Rows));
    }

    [TestMethod]
    public void Fingerprint_IsOfTheContentInItsOrder_AndNotOfTheBudget()
    {
        var original = Read(Rows(), Unlimited).Fingerprint;
        Assert.AreEqual(original, Read(Rows(), Tight).Fingerprint);
        Action<Example[]>[] changes =
        [
            rows => rows[99].X[1] += 1, rows => rows[3].Y += 1, rows => rows[50].W += 1, rows => Array.Reverse(rows, 10, 2),
        ];
        foreach (var change in changes)
        {
            foreach (var budget in new[] { Unlimited, Tight })
            {
                var rows = Rows();
                change(rows);
                Assert.AreNotEqual(original, Read(rows, budget).Fingerprint);
            }
        }
    }

    [TestMethod]
    public void InfiniteLabel_IsRefused_AlsoAmongRowsThatWouldBeHeldOut()
    {
        var rows = Rows();
        rows[99].Y = float.PositiveInfinity;
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Read(rows, Unlimited)).Message, "'Y' has an infinite value");
    }

    private static Example[] Rows() =>
        [.. Enumerable.Range(0, 100)
            .Select(row => new Example { X = [row, MathF.Sin(row)], Y = row < 90 ? row % 7 : 1e6f, W = 1 + (row % 3) })];

    private static ExampleData Read(Example[] rows, long budget)
    {
        var definition = SchemaDefinition.Create(typeof(Example));
        definition["X"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1, 2);
        var view = new MLContext(1).Data.LoadFromEnumerable(rows, definition);
        var columns = new ExampleColumns(InputColumn.From(view.Schema, "X"), "Y", "W", RegressionTask.Instance, MissingValues.Error);
        return ExampleData.Read(view, columns, budget, () => { });
    }

    private sealed class LastTen(int gap = 0) : RowSplit
    {
        public override RowPart PartOf(long row, RowPlace place) =>
            row >= 90 ? RowPart.Validation : row >= 90 - gap ? RowPart.Gap : RowPart.Training;
    }

    private sealed class Example
    {
        public float[] X { get; set; } = [];

        public float Y { get; set; }

        public float W { get; set; }
    }
}
