using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class CodeContrastTests
{
    [TestMethod]
    [DataRow(new double[] { 3, 0 }, new double[] { 0, 7 }, 1)]
    [DataRow(new double[] { 2, 6 }, new double[] { 1, 3 }, 0)]
    public void JensenShannon_IsOneBitWhereNothingIsShared_AndZeroWhereAllIs(double[] first, double[] second, double expected) =>
        Assert.AreEqual(expected, CodeContrast.JensenShannon(first, second), 1e-12);

    [TestMethod]
    public void JensenShannon_OfHalfShared_IsItsFormula()
    {
        // p = (1, 0), q = (1/2, 1/2): m = (3/4, 1/4).
        var expected = (Math.Log2(4.0 / 3) + (0.5 * Math.Log2(2.0 / 3)) + 0.5) / 2;
        Assert.AreEqual(expected, CodeContrast.JensenShannon([4, 0], [5, 5]), 1e-12);
    }

    [TestMethod, Trained]
    public void Nodes_OfAHeadThatSpeaksByTheLabel_AreHigh_AndOfManyCodesAtRandom_AboutZero()
    {
        var random = new Random(TrainedSeed.From(1));
        var (labels, rows) = Rows(100, 4);
        var codes = rows.SelectMany(row => new[] { labels[row] ? 3 : 4, random.Next(200), -1 }).ToArray();
        var contrasts = CodeContrast.Nodes(codes, 3, rows, labels, seed: TrainedSeed.From(1));
        TrainedBound.Near(1, contrasts[0], 0.05, "contrast beside 1");
        // Two hundred codes in as many tokens of each label differ by chance alone: not corrected, that is above 0.3.
        TrainedBound.Near(0, contrasts[1], 0.15, "contrast beside 0");
        Assert.AreEqual(0, contrasts[2], 1e-12);
    }

    [TestMethod, Trained]
    public void Edges_SeeWhatNeitherHeadTellsAlone()
    {
        var random = new Random(TrainedSeed.From(1));
        var (labels, rows) = Rows(200, 1);
        // Equal codes in positive rows, different ones in negative rows, each code as often in both.
        var codes = rows.SelectMany(row =>
        {
            var first = random.Next(2);
            return new[] { first, labels[row] ? first : 1 - first, random.Next(2) };
        }).ToArray();
        var edges = CodeContrast.Edges(codes, 3, rows, labels, seed: TrainedSeed.From(1));
        TrainedBound.Above(edges[0, 1], 0.9, "contrast of the edge");
        Assert.AreEqual(edges[0, 1], edges[1, 0]);
        TrainedBound.Near(0, edges[0, 2], 0.05, "contrast of another edge");
        Assert.AreEqual(0, edges[0, 0]);
        TrainedBound.Near(0, CodeContrast.Nodes(codes, 3, rows, labels, seed: TrainedSeed.From(1))[1], 0.05, "contrast of a head");
    }

    private static (bool[] Labels, int[] Rows) Rows(int count, int tokens) =>
        ([.. Enumerable.Range(0, count).Select(row => row % 2 == 0)],
            [.. Enumerable.Range(0, count).SelectMany(row => Enumerable.Repeat(row, tokens))]);
}
