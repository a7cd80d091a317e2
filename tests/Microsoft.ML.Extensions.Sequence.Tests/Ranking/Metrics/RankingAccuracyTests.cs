namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking;

[TestClass]
public sealed class RankingAccuracyTests
{
    // Of two documents of one score the relevant one is first in half of the orders: (1 + 1 / log2 3) / 2.
    [TestMethod]
    public void EqualScores_CountAsTheMeanOfTheirOrders_AndRowsWithoutALabelNotAtAll()
    {
        var expected = (1 + ((1 + (1 / Math.Log2(3))) / 2)) / 2;
        Row[] rows =
        [
            new("a", 1, 2), new("b", 1, 5), new("a", 0, 1), new("b", 0, 5), new("a", float.NaN, 9),
        ];
        foreach (var order in new[] { rows, [.. rows.Reverse()] })
        {
            var (accuracy, counted) = Of(order);
            Assert.AreEqual(expected, accuracy, 1e-12);
            Assert.AreEqual(4, counted);
        }
    }

    [TestMethod]
    public void OnlyTheFirstTenCount()
    {
        var last = Of([.. Enumerable.Range(0, 11).Select(place => new Row("a", place == 10 ? 1 : 0, -place))]);
        Assert.AreEqual(0, last.Accuracy);
        Assert.AreEqual(1 / Math.Log2(11), Of([.. Enumerable.Range(0, 11).Select(place => new Row("a", place == 9 ? 1 : 0, -place))]).Accuracy, 1e-12);
    }

    [TestMethod]
    public void RowsThatTellNoOrder_OrHaveNoQuery_AreRefused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Of([new("a", 1, 2), new("a", 1, 3), new("b", 0, 1)])).Message,
            "None of the 2 queries of column 'Query'");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Of([new("a", 1, 2), new(null, 0, 3)])).Message, "row 1: the group is missing");
    }

    private static (double Accuracy, long Rows) Of(Row[] rows)
    {
        var ml = new MLContext(1);
        var view = ml.Data.LoadFromEnumerable(rows);
        return RankingAccuracy.Of(ml.Transforms.Conversion.MapValueToKey("Query").Fit(view).Transform(view), RankingTask.Loaded, "Label", "Score", "Query");
    }

    private sealed record Row(string? Query, float Label, float Score);
}
