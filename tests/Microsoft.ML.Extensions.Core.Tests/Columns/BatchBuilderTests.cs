using Microsoft.ML.Extensions.Columns;
using TorchSharp;

namespace Microsoft.ML.Extensions.Core.Tests.Columns;

[TestClass]
public sealed class BatchBuilderTests
{
    [TestMethod]
    public void Inputs_ArePaddedOnTheRight_AndMasked()
    {
        using var scope = torch.NewDisposeScope();
        var batch = BatchBuilder.Inputs(Store(), [2, 0], new InputColumn("X", InputKind.Sequence, 2, 0, 0), torch.CPU);
        CollectionAssert.AreEqual(new long[] { 2, 3, 2 }, batch.Values.shape);
        CollectionAssert.AreEqual(new float[] { 7, 8, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6 }, batch.Values.data<float>().ToArray());
        CollectionAssert.AreEqual(new[] { 1, 3 }, batch.Lengths);
        CollectionAssert.AreEqual(new float[] { 1, 0, 0, 1, 1, 1 }, batch.Mask.data<float>().ToArray());
        Assert.IsFalse(batch.IsFull);
    }

    [TestMethod]
    public void RowsOfOneLength_MakeAFullBatch()
    {
        using var scope = torch.NewDisposeScope();
        Assert.IsTrue(BatchBuilder.Inputs(Store(), [0, 0], new InputColumn("X", InputKind.Sequence, 2, 0, 0), torch.CPU).IsFull);
    }

    [TestMethod]
    public void Tokens_AreIntegersWithoutChannel()
    {
        using var scope = torch.NewDisposeScope();
        var store = new RowStore();
        store.Add([3, 16_777_216], 2, [0], 1);
        var batch = BatchBuilder.Inputs(store, [0], new InputColumn("X", InputKind.Tokens, 1, 0, 1 << 24), torch.CPU);
        CollectionAssert.AreEqual(new long[] { 3, 16_777_216 }, batch.Values.data<long>().ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 2 }, batch.Values.shape);
    }

    [TestMethod]
    public void Targets_AreThoseOfTheRows()
    {
        using var scope = torch.NewDisposeScope();
        var (labels, weights) = BatchBuilder.Targets(Store(), [2, 1], torch.CPU);
        CollectionAssert.AreEqual(new float[] { 30, 20 }, labels.data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 3, 2 }, weights.data<float>().ToArray());
    }

    private static RowStore Store()
    {
        var store = new RowStore();
        store.Add([1, 2, 3, 4, 5, 6], 3, [10], 1);
        store.Add([0, 0], 1, [20], 2);
        store.Add([7, 8], 1, [30], 3);
        return store;
    }
}
