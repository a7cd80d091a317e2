using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Core.Tests.Training;

[TestClass]
public sealed class BatchPartsTests
{
    [TestMethod]
    public void RowsOfOneLength_StayTogether() => AssertWhole(Enumerable.Repeat(1000, 64), steps => steps, bytes: 64_000);

    [TestMethod]
    public void LittlePadding_IsLeftAsItIs()
    {
        AssertWhole([1, 200, 3, 50], steps => steps, bytes: 1000);
        AssertWhole(Enumerable.Range(1000, 40), steps => steps, bytes: 1 << 20);
    }

    [TestMethod]
    public void OneLongRowAmongShortOnes_IsComputedByItself()
    {
        var parts = Parts([10, 20_000, 12, 11], steps => 0, bytes: 1);
        CollectionAssert.AreEqual(new[] { "1", "2 3 0" }, parts);
    }

    [TestMethod]
    public void RowsThatTakeTooMuchTogether_AreComputedApart_ARowAtLeastAtATime()
    {
        Assert.HasCount(4, Parts([.. Enumerable.Repeat(100, 8)], steps => steps, bytes: 200));
        Assert.HasCount(8, Parts([.. Enumerable.Repeat(100, 8)], steps => steps, bytes: 10));
    }

    [TestMethod]
    public void Parts_HoldEachRowOnce_AndPadToTwiceTheRowsAtMost_WithinTheMemory()
    {
        var random = new Random(1);
        int[] lengths = [.. Enumerable.Range(0, 300).Select(_ => (int)Math.Exp(random.NextDouble() * 10))];
        var parts = Parts(lengths, steps => steps, bytes: 40_000).Select(part => part.Split(' ').Select(int.Parse).ToArray()).ToArray();
        CollectionAssert.AreEqual(Enumerable.Range(0, lengths.Length).ToArray(), parts.SelectMany(part => part).Order().ToArray());
        foreach (var part in parts)
        {
            var longest = part.Max(row => lengths[row]);
            Assert.IsTrue(part.Length == 1 || part.Length * (long)longest <= 40_000);
            Assert.IsTrue(longest <= 64 || part.All(row => 2 * lengths[row] >= longest));
        }
    }

    private static void AssertWhole(IEnumerable<int> lengths, Func<long, long> rowBytes, long bytes)
    {
        int[] all = [.. lengths];
        CollectionAssert.AreEqual(new[] { string.Join(' ', Enumerable.Range(0, all.Length)) }, Parts(all, rowBytes, bytes));
    }

    private static string[] Parts(int[] lengths, Func<long, long> rowBytes, long bytes)
    {
        var store = new RowStore();
        Array.ForEach(lengths, length => store.Add(new float[length], length, label: [], weight: 1));
        return [.. BatchParts.Of(store, Enumerable.Range(0, lengths.Length).ToArray(), rowBytes, bytes)
            .Select(part => string.Join(' ', part))];
    }
}
