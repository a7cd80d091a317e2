using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.StateSpace;

[TestClass]
public sealed class SpectrumTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(9)]
    public void Symmetric_HasTheTraceAndTheSquaredNormOfTheMatrix(int size)
    {
        var a = Random(size, sign: 1);
        var values = Spectrum.Symmetric(a);
        Assert.AreEqual(Enumerable.Range(0, size).Sum(n => a[n, n]), values.Sum(), 1e-9);
        Assert.AreEqual(a.Cast<double>().Sum(x => x * x), values.Sum(x => x * x), 1e-9);
        CollectionAssert.AreEqual(values.OrderDescending().ToArray(), values);
    }

    [TestMethod]
    public void Symmetric_OfAKnownMatrix()
    {
        var values = Spectrum.Symmetric(new double[,] { { 2, 1, 0 }, { 1, 2, 1 }, { 0, 1, 2 } });
        Assert.AreEqual(2 + Math.Sqrt(2), values[0], 1e-12);
        Assert.AreEqual(2, values[1], 1e-12);
        Assert.AreEqual(2 - Math.Sqrt(2), values[2], 1e-12);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(5)]
    [DataRow(12)]
    public void Skew_ComesInPairsWithTheNormOfTheMatrix(int size)
    {
        var a = Random(size, sign: -1);
        var values = Spectrum.Skew(a);
        Assert.AreEqual(a.Cast<double>().Sum(x => x * x), values.Sum(x => x * x), 1e-9);
        for (var n = 0; n < size; n++)
        {
            Assert.AreEqual(values[n], -values[size - 1 - n], 1e-9);
        }
    }

    private static double[,] Random(int size, int sign)
    {
        var random = new Random(size);
        var matrix = new double[size, size];
        for (var n = 0; n < size; n++)
        {
            for (var k = 0; k <= n; k++)
            {
                matrix[n, k] = n == k && sign < 0 ? 0 : random.NextDouble() - 0.5;
                matrix[k, n] = sign * matrix[n, k];
            }
            matrix[n, n] *= sign;
        }
        return matrix;
    }
}
