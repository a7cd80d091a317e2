namespace Microsoft.ML.Extensions.Samples.Tests;

[TestClass]
public sealed class CylinderBellFunnelTests
{
    private const int Rows = 3000;

    private static readonly ILookup<string, float[]> Series =
        CylinderBellFunnel.Generate(Rows, seed: 5).ToLookup(series => series.Label, series => series.Features);

    [TestMethod]
    public void Generate_SameSeed_GivesTheSameRows() =>
        CollectionAssert.AreEqual(Flat(CylinderBellFunnel.Generate(9, seed: 1)), Flat(CylinderBellFunnel.Generate(9, seed: 1)));

    [TestMethod]
    public void Generate_OtherSeed_GivesOtherRows() =>
        CollectionAssert.AreNotEqual(Flat(CylinderBellFunnel.Generate(9, seed: 1)), Flat(CylinderBellFunnel.Generate(9, seed: 2)));

    [TestMethod]
    public void Generate_GivesTheThreeShapesEquallyOften()
    {
        CollectionAssert.AreEquivalent(new[] { "cylinder", "bell", "funnel" }, Series.Select(shape => shape.Key).ToArray());
        Assert.IsTrue(Series.All(shape => shape.Count() == Rows / 3));
    }

    // Before step 16 nothing has begun, so only the noise is there.
    [TestMethod]
    public void Generate_StartsWithNoiseOfVarianceOne()
    {
        var noise = Series.SelectMany(shape => shape).SelectMany(values => values.Take(15)).ToArray();
        Assert.AreEqual(0, noise.Average(), 0.02);
        Assert.AreEqual(1, noise.Average(value => value * value), 0.03);
    }

    // E[sum over the length] is 6 (E[b - a] + 1) for the cylinder and half of 6 (E[b - a] + 1) for the ramps; E[b - a] is 64.
    [TestMethod]
    [DataRow("cylinder", 6 * 65.0)]
    [DataRow("bell", 3 * 65.0)]
    [DataRow("funnel", 3 * 65.0)]
    public void Generate_HasTheMeanAreaOfTheFormula(string shape, double area) =>
        Assert.AreEqual(area, Series[shape].Average(values => values.Sum()), 0.05 * area);

    [TestMethod]
    public void Generate_BellRises_FunnelFalls()
    {
        Assert.IsGreaterThan(Middle("bell", 32, 40), Middle("bell", 56, 64));
        Assert.IsLessThan(Middle("funnel", 32, 40), Middle("funnel", 56, 64));
    }

    private static double Middle(string shape, int from, int to) => Series[shape].Average(values => values[from..to].Average());

    private static float[] Flat(IEnumerable<Series> rows) => [.. rows.SelectMany(row => row.Features)];
}
