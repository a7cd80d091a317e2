using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.Recurrence;

[TestClass]
public sealed class ScanPlanTests
{
    private const int Gates = 3;

    [TestMethod]
    public void Groups_CoverEachChannelOfEachHeadAndNothingElse()
    {
        foreach (var (channels, heads) in new[] { (1, 1), (3, 1), (17, 1), (48, 2), (70, 2), (21, 7) })
        {
            var shape = new ScanShape(2, 5, channels, heads);
            var plan = new ScanPlan(shape, Gates, new ScanExecution(LaneWidth.Sixteen, 1));
            var width = (int)plan.Width;
            var covered = plan.Channel.SelectMany(first => Enumerable.Range(first, width)).ToHashSet();
            CollectionAssert.AreEquivalent(Enumerable.Range(0, channels).ToArray(), covered.ToArray());
            Assert.IsTrue(plan.Channel.All(first => first / shape.HeadChannels == (first + width - 1) / shape.HeadChannels));
        }
    }

    [TestMethod]
    public void Inputs_OfAGroupBeginAtItsHeadAndChannel()
    {
        var shape = new ScanShape(2, 5, 40, 2);
        var plan = new ScanPlan(shape, Gates, new ScanExecution(LaneWidth.Sixteen, 1));
        for (var group = 0; group < plan.Channel.Length; group++)
        {
            var (head, within) = (plan.Channel[group] / 20, plan.Channel[group] % 20);
            Assert.AreEqual((head * 2 * 5 * Gates * 20) + within, plan.Input[group]);
        }
    }

    [TestMethod]
    public void Tiles_CoverEachRowAndGroupOnce()
    {
        foreach (var (batch, channels, threads) in new[] { (1, 16, 4), (3, 256, 2), (9, 17, 2), (64, 5, 8), (1, 200, 3) })
        {
            var plan = new ScanPlan(new ScanShape(batch, 5000, channels), Gates, new ScanExecution(LaneWidth.Sixteen, threads));
            var visits = new int[batch, plan.Channel.Length];
            plan.Run(tile => Visit(tile, visits));
            Assert.IsTrue(visits.Cast<int>().All(count => count == 1));
        }
    }

    [TestMethod]
    public void SmallScan_StaysOnOneThread() =>
        Assert.AreEqual(1, new ScanPlan(new ScanShape(1, 100, 64), Gates, new ScanExecution(LaneWidth.Sixteen, 8)).Threads);

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(3, 1)]
    [DataRow(4, 4)]
    [DataRow(9, 8)]
    [DataRow(16, 16)]
    [DataRow(100, 16)]
    public void Width_IsTheWidestThatTheChannelsFill(int channels, int expected) =>
        Assert.AreEqual((LaneWidth)expected, LaneWidths.Fitting(LaneWidth.Sixteen, channels));

    private static void Visit(ScanTile tile, int[,] visits)
    {
        for (var row = tile.Row; row < tile.RowEnd; row++)
        {
            for (var group = tile.Group; group < tile.GroupEnd; group++)
            {
                Interlocked.Increment(ref visits[row, group]);
            }
        }
    }
}
