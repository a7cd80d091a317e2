using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Core.Tests.Numerics;

[TestClass]
public sealed class SquaredNormTests
{
    [TestMethod]
    public void Sum_IsThatOfAllNumbers_WhereverTheyStand()
    {
        for (var count = 0; count <= 67; count++)
        {
            float[] values = [.. Enumerable.Range(1, count).Select(i => i % 2 == 0 ? i : -i / 3f)];
            Assert.AreEqual(values.Sum(value => (double)value * value), SquaredNorm.Of(values), 1e-6 * count, $"{count}");
            for (var offset = 0; offset < 5; offset++)
            {
                var moved = new float[offset + count];
                values.CopyTo(moved, offset);
                Assert.AreEqual(SquaredNorm.Of(values), SquaredNorm.Of(moved.AsSpan(offset)), $"{count} from {offset}");
            }
        }
        Assert.AreEqual(2e76, SquaredNorm.Of([1e38f, 1e38f]), 1e70);
    }
}
