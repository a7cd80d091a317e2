namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class SphereMapTests
{
    private static readonly float[] Rows = [1, 10, 3, 2, 20, 3, 3, 60, 3, 4, 70, 3];

    [TestMethod]
    public void Row_IsStandardisedHasTheBiasAdded_AndLiesOnTheSphere()
    {
        var point = Map([4, 10, 3], InputScaling.Standardize, bias: 2);
        // Deviations: sqrt(1.25), and sqrt(650) around 40; the third feature is constant.
        double[] expected = [1.5 / Math.Sqrt(1.25) / Math.Sqrt(3), -30 / Math.Sqrt(650) / Math.Sqrt(3), 0, 2];
        var norm = Math.Sqrt(expected.Sum(value => value * value));
        AssertClose([.. expected.Select(value => value / norm)], point);
    }

    [TestMethod]
    public void ConstantFeature_CountsForNothing_WhateverItBecomes() =>
        AssertClose(Map([1, 10, 3], InputScaling.Standardize, bias: 1), Map([1, 10, 3000], InputScaling.Standardize, bias: 1));

    [TestMethod]
    public void Range_BecomesMinusOneToOne()
    {
        var point = Map([1, 70, 3], InputScaling.MinMax, bias: 0);
        AssertClose([-1 / Math.Sqrt(2), 1 / Math.Sqrt(2), 0], point);
    }

    [TestMethod]
    public void Ranks_AreThePlacesAmongTrainingValues_AndEndAtTheirEnds()
    {
        foreach (var (value, place) in new[] { (10f, -1.0), (70, 1), (40, 0), (-1000, -1), (1e9f, 1) })
        {
            var point = SphereMap.Of([10, 20, 60, 70], 1, InputScaling.Rank, 1, false);
            var mapped = new double[2];
            point.Map([value], mapped);
            // Each of the four has a third of the places to its neighbour.
            Assert.AreEqual(Math.Sqrt(3) * place, mapped[0] / mapped[1], 1e-12, $"value {value}");
        }
    }

    [TestMethod]
    public void ValueThatManyRowsShare_HasTheMiddleOfTheirPlaces()
    {
        var map = SphereMap.Of([0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], 1, InputScaling.Rank, 1, false);
        var mapped = new double[2];
        map.Map([0], mapped);
        // The first 61 of 101 quantiles are 0.
        Assert.AreEqual(Math.Sqrt(3) * ((2 * 0.3) - 1), mapped[0] / mapped[1], 1e-12);
    }

    [TestMethod]
    public void PartedBySign_NoInnerProductIsNegative_AndNormsStay()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, 60).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var map = SphereMap.Of(rows, 3, InputScaling.Standardize, 0.5, nonNegative: true);
        Assert.AreEqual(7, map.Coordinates);
        var points = Enumerable.Range(0, 20).Select(row =>
        {
            var point = new double[7];
            map.Map(rows.AsSpan(3 * row, 3), point);
            return point;
        }).ToArray();
        foreach (var left in points)
        {
            Assert.AreEqual(1, Product(left, left), 1e-14);
            Assert.IsTrue(points.All(right => Product(left, right) >= 0));
        }
    }

    [TestMethod]
    public void ZerosWithoutBias_HaveNoDirection_AndBecomeTheZeroVector() =>
        AssertClose([0, 0, 0], Map([0, 0, 0], InputScaling.None, bias: 0));

    private static double Product(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();

    private static double[] Map(float[] row, InputScaling scaling, double bias)
    {
        var map = SphereMap.Of(Rows, 3, scaling, bias, nonNegative: false);
        var point = new double[map.Coordinates];
        map.Map(row, point);
        return point;
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-14, $"coordinate {i}");
        }
    }
}
