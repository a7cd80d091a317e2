namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class KernelTableTests
{
    [TestMethod]
    public void RootsAndPowersAtBothEndsAreFollowed()
    {
        var table = KernelTable.Of(Rough, low: -1)!;
        Random random = new(1);
        var values = Enumerable.Range(0, 1000).Select(i => (i % 2 == 0 ? 1 : -1) * (1 - Math.Pow(2, -54 * random.NextDouble()))).ToArray();
        var results = values.ToArray();
        table.Apply(results);
        for (var i = 0; i < values.Length; i++)
        {
            Assert.AreEqual(Rough(Correlation.Of(values[i])), results[i], 1e-13, $"at {values[i]:R}");
        }
    }

    [TestMethod]
    public void DomainMayBeginAtZero()
    {
        double[] values = [-0.5, 0, 1e-12, 1e-6, 0.3, 0.5, 0.9, 1];
        var results = values.ToArray();
        KernelTable.Of(xi => Math.Pow(xi.Value, 0.1) - Math.Pow(xi.Gap, 0.1), low: 0)!.Apply(results);
        for (var i = 0; i < values.Length; i++)
        {
            var xi = Math.Max(0, values[i]);
            Assert.AreEqual(Math.Pow(xi, 0.1) - Math.Pow(1 - xi, 0.1), results[i], 1e-13, $"at {values[i]}");
        }
    }

    [TestMethod]
    public void WhatNoTableFollowsHasNone()
    {
        Assert.IsNull(KernelTable.Of(xi => Math.Sin(1e6 * xi.Gap), low: -1));
        Assert.IsNull(KernelTable.Of(_ => double.NaN, low: -1));
    }

    private static double Rough(Correlation xi) => (xi.Value < 0 ? 2 : 1) * (Math.Sqrt(xi.Gap) - Math.Pow(xi.Gap, 0.01));
}
