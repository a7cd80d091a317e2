using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Core.Tests.Tasks;

[TestClass]
public sealed class LabelStatisticsTests
{
    [TestMethod]
    public void Numbers_HaveMeanAndDeviationOfTheTwoPassFormula()
    {
        float[] values = [1e6f, 1e6f + 1, 1e6f + 4];
        var statistics = Of(values, isClass: false);
        var mean = values.Average(value => (double)value);
        Assert.AreEqual(3, statistics.Rows);
        Assert.AreEqual(mean, statistics.Mean, Tolerance.Double * mean);
        Assert.AreEqual(Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), statistics.StandardDeviation, 1e-9);
        Assert.IsEmpty(statistics.ClassCounts);
    }

    [TestMethod]
    public void Classes_AreCounted_ThoseThatAreSkippedToo() =>
        CollectionAssert.AreEqual(new long[] { 2, 0, 0, 1 }, Of([0, 3, 0], isClass: true).ClassCounts.ToArray());

    [TestMethod]
    public void ClassesBeyondThoseThatCanBeToldApart_AreRefused_BeforeTheyAreCounted() => StringAssert.Contains(
        Assert.ThrowsExactly<InvalidOperationException>(() => Of([1 << 24], isClass: true)).Message, "16,777,216 classes are possible");

    [TestMethod]
    public void Nothing_HasNoDeviation() =>
        Assert.AreEqual((0, 0.0), (new LabelStatistics().Rows, new LabelStatistics().StandardDeviation));

    [TestMethod]
    public void LabelsOfSeveralNumbers_HaveMeanAndDeviationOfEach()
    {
        var statistics = new LabelStatistics();
        statistics.Add([1, 10], isClass: false);
        statistics.Add([3, 10], isClass: false);
        CollectionAssert.AreEqual(new double[] { 2, 10 }, statistics.Means.ToArray());
        CollectionAssert.AreEqual(new double[] { 1, 0 }, statistics.StandardDeviations.ToArray());
    }

    [TestMethod]
    public void NumbersThatAreMissing_AreNotCounted()
    {
        var statistics = new LabelStatistics();
        statistics.Add([1, float.NaN, 10, float.NaN], isClass: false);
        statistics.Add([float.NaN, float.NaN, 14, 8], isClass: false);
        CollectionAssert.AreEqual(new double[] { 1, 0, 12, 8 }, statistics.Means.ToArray());
        CollectionAssert.AreEqual(new double[] { 0, 0, 2, 0 }, statistics.StandardDeviations.ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 0, 2, 1 }, statistics.Known.ToArray());
        Assert.AreEqual(4, statistics.MissingNumbers);
    }

    private static LabelStatistics Of(float[] labels, bool isClass)
    {
        var statistics = new LabelStatistics();
        Array.ForEach(labels, label => statistics.Add([label], isClass));
        return statistics;
    }
}
