using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Core.Tests.Columns;

[TestClass]
public sealed class RowStoreTests
{
    [TestMethod]
    public void Rows_ComeBackAsTheyWereAdded()
    {
        var store = new RowStore();
        store.Add([1, 2, 3, 4], steps: 2, label: [5], weight: 6);
        store.Add([7], steps: 1, label: [8], weight: 9);
        Assert.AreEqual(2, store.Count);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4 }, store.Values(0).ToArray());
        CollectionAssert.AreEqual(new float[] { 7 }, store.Values(1).ToArray());
        Assert.AreEqual((2, 5f, 6f), (store.Steps(0), store.Label(0)[0], store.Weight(0)));
        Assert.AreEqual((1, 8f, 9f), (store.Steps(1), store.Label(1)[0], store.Weight(1)));
    }

    [TestMethod]
    public void ManyRows_OverSeveralChunks_StayApart()
    {
        var store = new RowStore();
        Fill(store, rows: 300, length: 10_000, first: 0);
        AssertFilled(store, rows: 300, length: 10_000, first: 0);
    }

    [TestMethod]
    public void ClearedStore_IsFilledAgain_WithRowsOfOtherLengths()
    {
        var store = new RowStore();
        Fill(store, rows: 300, length: 10_000, first: 0);
        foreach (var length in new[] { 3, 2_000_000, 70_001, 1 })
        {
            store.Clear();
            Assert.AreEqual(0, store.Count);
            Fill(store, rows: 5, length, first: 7);
            AssertFilled(store, rows: 5, length, first: 7);
        }
    }

    [TestMethod]
    public void FillingAgain_AllocatesNothing()
    {
        var store = new RowStore();
        var (values, label) = (new float[1000], new float[1]);
        Refill();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refill();
        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());

        void Refill()
        {
            store.Clear();
            for (var row = 0; row < 2000; row++)
            {
                store.Add(values, 1000, label, 1);
            }
        }
    }

    [TestMethod]
    public void IsFull_CountsTheRowsOfThisFilling()
    {
        var store = new RowStore();
        Fill(store, rows: 10, length: 1000, first: 0);
        Assert.IsTrue(store.IsFull(40_000));
        Assert.IsFalse(store.IsFull(50_000));
        store.Clear();
        Assert.IsFalse(store.IsFull(1));
    }

    private static void Fill(RowStore store, int rows, int length, float first)
    {
        for (var row = 0; row < rows; row++)
        {
            var values = new float[length];
            (values[0], values[^1]) = (first + row, first + row);
            store.Add(values, length, [row], 1);
        }
    }

    private static void AssertFilled(RowStore store, int rows, int length, float first)
    {
        Assert.AreEqual(rows, store.Count);
        for (var row = 0; row < rows; row++)
        {
            var values = store.Values(row);
            Assert.AreEqual((length, first + row, first + row, (float)row), (values.Length, values[0], values[^1], store.Label(row)[0]));
        }
    }
}
