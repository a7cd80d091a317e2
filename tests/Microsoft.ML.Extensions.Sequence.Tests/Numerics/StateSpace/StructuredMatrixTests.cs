using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.StateSpace;

[TestClass]
public sealed class StructuredMatrixTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(7)]
    [DataRow(24)]
    public void Factors_MultiplyToTheHippoMatrices(int size)
    {
        AssertEqual(Hippo.LegS(size), StructuredMatrix.LegS(size).ToDense());
        AssertEqual(Hippo.LegT(size), StructuredMatrix.LegT(size).ToDense());
        AssertEqual(Hippo.LagT(size), StructuredMatrix.LagT(size).ToDense());
    }

    private static void AssertEqual(double[,] expected, double[,] actual)
    {
        foreach (var (left, right) in expected.Cast<double>().Zip(actual.Cast<double>()))
        {
            Assert.AreEqual(left, right, 1e-10);
        }
    }
}
