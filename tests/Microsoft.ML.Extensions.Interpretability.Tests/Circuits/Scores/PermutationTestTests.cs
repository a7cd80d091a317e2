namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits;

[TestClass]
public sealed class PermutationTestTests
{
    private static readonly double[] Values = [.. Enumerable.Range(0, 20).Select(i => (double)i)];

    [TestMethod]
    public void PValue_IsSmallestForTheBestArrangement()
    {
        var labels = Values.Select(value => value >= 10).ToArray();
        // One of 184,756 arrangements does as well.
        Assert.AreEqual(1 / 200.0, PermutationTest.PValue(labels, Difference, 199, seed: 1), 1e-12);
        var opposite = labels.Select(label => !label).ToArray();
        Assert.AreEqual(1, PermutationTest.PValue(opposite, Difference, 199, seed: 1), 1e-12);
    }

    [TestMethod]
    public void PValue_IsUniformForLabelsWithoutMeaning()
    {
        const int Draws = 200;
        var low = Enumerable.Range(0, Draws).Count(draw =>
        {
            var labels = Values.Select(value => value >= 10).ToArray();
            new Random(draw).Shuffle(labels);
            return PermutationTest.PValue(labels, Difference, 99, seed: 1000 + draw) <= 0.2;
        });
        // 40 of 200 expected; the binomial's deviation is 5.7.
        Assert.AreEqual(40, low, 20);
    }

    [TestMethod]
    public void StatisticThatLabelsDoNotChange_IsReachedByAll() =>
        Assert.AreEqual(1, PermutationTest.PValue([.. Values.Select(value => value >= 10)], _ => 0.5, 99, seed: 1), 1e-12);

    [TestMethod]
    public void TooFewExamples_AreAnError()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => PermutationTest.PValue([true, true, false], Difference, 9, 1))
                .Message, "3 ways only");
    }

    private static double Difference(bool[] labels) =>
        labels.Zip(Values, (label, value) => label ? value : -value).Sum();
}
