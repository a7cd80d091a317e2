using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Core.Tests.Numerics.Sparsity;

[TestClass]
public sealed class SparsitySchedulesTests
{
    [TestMethod]
    public void Density_FallsFromOneToTheFinalOne_ByTheCube()
    {
        Assert.AreEqual(1, SparsitySchedules.Density(0.1, 0));
        Assert.AreEqual(1 - 0.9 * 7 / 8, SparsitySchedules.Density(0.1, 0.5), 1e-12);
        Assert.AreEqual(0.1, SparsitySchedules.Density(0.1, 1), 1e-12);
    }

    [TestMethod]
    public void DropFraction_FallsAlongHalfACosine()
    {
        Assert.AreEqual(0.3, SparsitySchedules.DropFraction(0.3, 0, 80), 1e-12);
        Assert.AreEqual(0.15, SparsitySchedules.DropFraction(0.3, 40, 80), 1e-12);
        Assert.AreEqual(0.15 * (1 + Math.Sqrt(0.5)), SparsitySchedules.DropFraction(0.3, 20, 80), 1e-12);
        Assert.AreEqual(0, SparsitySchedules.DropFraction(0.3, 80, 80));
        Assert.AreEqual(0, SparsitySchedules.DropFraction(0.3, 90, 80));
    }
}
