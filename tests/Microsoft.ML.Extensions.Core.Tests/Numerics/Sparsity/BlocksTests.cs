using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Core.Tests.Numerics.Sparsity;

[TestClass]
public sealed class BlocksTests
{
    [TestMethod]
    public void Sums_AreOfEachBlock_AlongTheRows()
    {
        var blocks = new Blocks(Rows: 2, Columns: 6, Height: 2, Width: 3);
        Assert.AreEqual(2, blocks.Count);
        CollectionAssert.AreEqual(new float[] { 1 + 2 + 3 + 10 + 20 + 30, 4 + 5 + 6 + 40 + 50 + 60 },
            blocks.Sums([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60]));
    }

    [TestMethod]
    public void Fill_SpreadsABlockOverItsNumbers()
    {
        var values = new bool[8];
        new Blocks(Rows: 4, Columns: 2, Height: 2, Width: 1).Fill([true, false, false, true], values);
        CollectionAssert.AreEqual(new[] { true, false, true, false, false, true, false, true }, values);
    }

    [TestMethod]
    public void BlocksOfOneWeight_AreTheWeights()
    {
        var blocks = new Blocks(3, 2, 1, 1);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 5, 6 }, blocks.Sums([1, 2, 3, 4, 5, 6]));
    }
}
