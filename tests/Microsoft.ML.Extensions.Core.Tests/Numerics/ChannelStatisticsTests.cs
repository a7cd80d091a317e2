using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Core.Tests.Numerics;

[TestClass]
public sealed class ChannelStatisticsTests
{
    [TestMethod]
    public void StatisticsOfTheNumbersOfRows_GiveThoseOfTheirSteps()
    {
        float[][] rows = [[1, 10, 2, 20, 6, 30], [4, 40, 5, 50, 7, 70]];
        var (ofNumbers, ofSteps) = (new ChannelStatistics(), new ChannelStatistics());
        foreach (var row in rows)
        {
            ofNumbers.Add(row, 6);
            ofSteps.Add(row, 2);
        }
        var steps = ofNumbers.OfSteps(2);
        for (var channel = 0; channel < 2; channel++)
        {
            Assert.AreEqual(ofSteps.Mean[channel], steps.Mean[channel], 1e-12);
            Assert.AreEqual(ofSteps.StandardDeviation()[channel], steps.StandardDeviation()[channel], 1e-12);
            Assert.AreEqual(ofSteps.Count[channel], steps.Count[channel]);
        }
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ofNumbers.OfSteps(4));
    }

    [TestMethod]
    public void StatisticsOfSteps_AreRepeatedForTheNumbersOfRows()
    {
        var rows = ChannelStatistics.Of([1, 2], [3, 4]).OfRows(3);
        CollectionAssert.AreEqual(new double[] { 1, 2, 1, 2, 1, 2 }, rows.Mean.ToArray());
        CollectionAssert.AreEqual(new double[] { 3, 4, 3, 4, 3, 4 }, rows.StandardDeviation());
    }

    [TestMethod]
    public void MeanAndDeviation_OfManySequences_EqualTheTwoPassFormula()
    {
        var random = new Random(1);
        var sequences = Enumerable.Range(0, 20).Select(_ => Values(random, 3 * random.Next(0, 9))).ToArray();
        var statistics = new ChannelStatistics();
        foreach (var sequence in sequences)
        {
            statistics.Add(sequence, 3);
        }
        for (var channel = 0; channel < 3; channel++)
        {
            var all = sequences.SelectMany(s => s.Where((_, i) => i % 3 == channel)).Select(v => (double)v).ToArray();
            var deviation = Math.Sqrt(all.Average(v => (v - all.Average()) * (v - all.Average())));
            Assert.AreEqual(all.Average(), statistics.Mean[channel], Tolerance.Double);
            Assert.AreEqual(deviation, statistics.StandardDeviation()[channel], Tolerance.Double);
        }
    }

    [TestMethod]
    public void Deviation_OfValuesFarFromZero_KeepsItsDigits()
    {
        var statistics = new ChannelStatistics();
        statistics.Add([16777214f, 16777215f, 16777216f], 1);
        Assert.AreEqual(16777215, statistics.Mean[0]);
        Assert.AreEqual(Math.Sqrt(2.0 / 3), statistics.StandardDeviation()[0], Tolerance.Double);
    }

    [TestMethod]
    public void Add_LeavesOutMissingValues_ChannelByChannel()
    {
        var statistics = new ChannelStatistics();
        statistics.Add([1f, float.NaN, 3f, 8f], 2);
        CollectionAssert.AreEqual(new[] { 2.0, 8.0 }, statistics.Mean.ToArray());
        CollectionAssert.AreEqual(new[] { 2L, 1L }, statistics.Count.ToArray());
    }

    [TestMethod]
    public void Scale_OfAConstantOrUnseenChannel_IsOne()
    {
        var statistics = new ChannelStatistics();
        for (var i = 0; i < 1000; i++)
        {
            statistics.Add([0.1f, float.NaN], 2);
        }
        CollectionAssert.AreEqual(new[] { 1.0, 1.0 }, statistics.Scale());
        CollectionAssert.AreEqual(new[] { 0.0, 0.0 }, statistics.StandardDeviation());
        Assert.AreEqual(0, statistics.Mean[1]);
    }

    [TestMethod]
    public void Pooled_IsTheStatisticsOfTheChannelsTogether()
    {
        var random = new Random(1);
        float[] values = [.. Values(random, 60), .. Enumerable.Repeat(float.NaN, 3), .. Values(random, 3)];
        var statistics = new ChannelStatistics();
        statistics.Add(values, 6);
        var together = new ChannelStatistics();
        for (var start = 0; start < values.Length; start += 6)
        {
            for (var i = 0; i < 3; i++)
            {
                together.Add([values[start + i], values[start + 3 + i]], 2);
            }
        }
        var pooled = statistics.Pooled(3);
        for (var channel = 0; channel < 2; channel++)
        {
            Assert.AreEqual(together.Count[channel], pooled.Count[channel]);
            Assert.AreEqual(together.Mean[channel], pooled.Mean[channel], 1e-9);
            Assert.AreEqual(together.StandardDeviation()[channel], pooled.StandardDeviation()[channel], 1e-9);
        }
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => statistics.Pooled(4));
    }

    [TestMethod]
    public void Add_RefusesWhatIsNotASequenceOfTheseChannels()
    {
        var statistics = new ChannelStatistics();
        statistics.Add([1f, 2f], 2);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => statistics.Add([1f, 2f, 3f], 3)).Message, "3 channels where earlier ones have 2");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => statistics.Add([1f, 2f, 3f], 2)).Message, "do not fill whole steps");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => statistics.Add([1f, 2f, 3f, float.PositiveInfinity], 2))
                .Message, "channel 1 at step 1 is infinite");
    }

    private static float[] Values(Random random, int count) =>
        Enumerable.Range(0, count).Select(_ => (float)(100 + (5 * random.NextDouble()))).ToArray();
}
