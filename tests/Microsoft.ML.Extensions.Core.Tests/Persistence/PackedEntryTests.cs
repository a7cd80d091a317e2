using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Core.Tests.Persistence;

[TestClass]
public sealed class PackedEntryTests
{
    [TestMethod]
    public void LargeEntryOfNearlyAllZeros_IsRefusedWhenItIsWritten()
    {
        var refused = Assert.ThrowsExactly<InvalidOperationException>(
            () => PackedEntry.CheckWritten("weights", new byte[PackedEntry.Free + 1]));
        StringAssert.Contains(refused.Message, $"'weights' has {PackedEntry.Free + 1} bytes");
        PackedEntry.CheckWritten("weights", new byte[PackedEntry.Free]);
    }

    [TestMethod]
    public void LargeEntryOfWhichAFewPercentDiffer_IsWritten()
    {
        var content = new byte[PackedEntry.Free + (1 << 20)];
        new Random(1).NextBytes(content.AsSpan(content.Length - (content.Length / 30)));
        PackedEntry.CheckWritten("weights", content);
    }
}
