using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Core.Tests.Numerics.Sparsity;

[TestClass]
public sealed class LayerDensitiesTests
{
    // The fully connected network of the RigL code for MNIST.
    private static readonly LayerSize[] s_layers = [new(784 * 300, 784, 300), new(300 * 100, 300, 100), new(100 * 10, 100, 10)];

    private static readonly int[] s_units = [.. s_layers.Select(layer => layer.Units)];

    [TestMethod]
    public void ErdosRenyi_IsInputsPlusOutputsOverTheirProduct()
    {
        var layer = new LayerSize(6 * 4 * 9, 6, 4, KernelSum: 6, KernelSize: 9);
        Assert.AreEqual(10.0 / 24, layer.ErdosRenyi);
        Assert.AreEqual(16.0 / (24 * 9), layer.ErdosRenyiKernel);
    }

    [TestMethod]
    [DataRow(0.02)]
    [DataRow(0.05)]
    [DataRow(0.3)]
    [DataRow(0.9)]
    public void Proportional_HasTheDensity_AndLargerLayersAreSparser(double density)
    {
        var densities = LayerDensities.Proportional(s_units, [.. s_layers.Select(layer => layer.ErdosRenyi)], density);
        Assert.AreEqual(density, densities.Zip(s_units, (part, units) => part * units).Sum() / s_units.Sum(), 1e-12);
        Assert.IsTrue(densities.All(part => part is > 0 and <= 1));
        Assert.IsTrue(densities[0] <= densities[1] && densities[1] <= densities[2]);
    }

    [TestMethod]
    public void LayerWhoseDensityWouldExceedOne_IsDense_AndTheOthersShareTheRest()
    {
        var densities = LayerDensities.Proportional(s_units, [.. s_layers.Select(layer => layer.ErdosRenyi)], 0.1);
        Assert.AreEqual(1, densities[2]);
        var epsilon = ((0.1 * s_units.Sum()) - 1000) / (784 + 300 + 300 + 100);
        Assert.AreEqual(epsilon * s_layers[0].ErdosRenyi, densities[0], 1e-12);
        Assert.AreEqual(epsilon * s_layers[1].ErdosRenyi, densities[1], 1e-12);
    }

    [TestMethod]
    [DataRow(0.02)]
    [DataRow(0.1)]
    [DataRow(0.337)]
    [DataRow(1)]
    public void Counts_AddUpExactly(double density)
    {
        int[] units = [7, 1, 1000, 33, 128];
        var counts = LayerDensities.Counts(units, [.. units.Select(_ => density)], density);
        Assert.AreEqual((int)Math.Round(density * 1169), counts.Sum());
        Assert.IsTrue(counts.Zip(units).All(pair => pair.First >= 1 && pair.First <= pair.Second));
    }

    [TestMethod]
    public void Counts_RoundUpTheLargestRemainders() =>
        CollectionAssert.AreEqual(new[] { 3, 1, 3 }, LayerDensities.Counts([10, 10, 10], [0.28, 0.13, 0.29], 0.7 / 3));

    [TestMethod]
    public void EveryLayer_KeepsOneUnit() =>
        CollectionAssert.AreEqual(new[] { 1, 1, 1 }, LayerDensities.Counts([10, 10, 10], [0.01, 0.01, 0.01], 0.01));
}
