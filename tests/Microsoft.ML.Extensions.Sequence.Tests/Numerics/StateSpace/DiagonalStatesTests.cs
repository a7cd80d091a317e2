using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.StateSpace;

[TestClass]
public sealed class DiagonalStatesTests
{
    [TestMethod]
    public void Lin_AreTheHarmonics()
    {
        var poles = DiagonalStates.Lin(3);
        Assert.IsTrue(poles.All(pole => pole.Real == -0.5));
        Assert.AreEqual(2 * Math.PI, poles[2].Imaginary, 1e-12);
    }

    [TestMethod]
    public void LegS_AreEigenvalues_AndInvApproximatesThem()
    {
        const int pairs = 16;
        var (exact, inverse) = (DiagonalStates.LegS(pairs), DiagonalStates.Inv(pairs).OrderBy(pole => pole.Imaginary).ToArray());
        Assert.IsTrue(exact.All(pole => pole.Real == -0.5 && pole.Imaginary > 0));
        // The largest one decides the shortest oscillation; S4D-Inv has it within a few percent.
        Assert.AreEqual(1, inverse[^1].Imaginary / exact[^1].Imaginary, 0.05);
    }

    [TestMethod]
    public void LegS_Squared_SumToTheNormOfTheSkewPart()
    {
        const int pairs = 4;
        double norm = 0;
        for (var n = 0; n < 2 * pairs; n++)
        {
            for (var k = 0; k < 2 * pairs; k++)
            {
                norm += n == k ? 0 : ((2 * n) + 1) * ((2 * k) + 1) / 4.0;
            }
        }
        Assert.AreEqual(norm, 2 * DiagonalStates.LegS(pairs).Sum(pole => pole.Imaginary * pole.Imaginary), 1e-8);
    }

    [TestMethod]
    public void Real_FallByOne() =>
        CollectionAssert.AreEqual(new double[] { -1, -2, -3 }, DiagonalStates.Real(3).Select(pole => pole.Real).ToArray());
}
