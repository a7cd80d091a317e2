using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Core.Tests.Columns;

[TestClass]
public sealed class SizeLimitsTests
{
    [TestMethod]
    public void ProductsWithinTheLimit_AreExact()
    {
        Assert.AreEqual(SizeLimits.MaxValues, SizeLimits.OfColumn("A row", SizeLimits.MaxValues, "", 1 << 14, 1 << 14));
        Assert.AreEqual(6, SizeLimits.Product("A batch", 1, 2, 3));
    }

    [TestMethod]
    public void LargerOnes_AreRefusedWithTheirSizes_AlsoBeyondInt64()
    {
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => SizeLimits.OfColumn("A row", 100, "Take less.", long.MaxValue, long.MaxValue, 2));
        StringAssert.Contains(
            e.Message, "A row is 9,223,372,036,854,775,807 x 9,223,372,036,854,775,807 x 2 values; allowed are 100. Take less.");
        Assert.ThrowsExactly<InvalidOperationException>(() => SizeLimits.Product("A batch", 1 << 16, 1 << 16));
        Assert.AreEqual(SizeLimits.MaxValues, SizeLimits.OfRow("Row 1", 1 << 14, 1 << 14));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => SizeLimits.OfRow("Row 1", 1 << 14, (1 << 14) + 1)).Message,
            "Row 1 is 16,384 x 16,385 values; allowed are 268,435,456.");
    }
}
