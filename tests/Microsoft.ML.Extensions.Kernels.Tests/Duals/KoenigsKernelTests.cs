using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class KoenigsKernelTests
{
    private static readonly double[] s_gaps = [0.999, 0.9, 0.5, 0.1, 1e-2, 1e-4, 1e-6, 1e-9, 1e-12, 1e-15];

    public static IEnumerable<object[]> Names => SomeDuals.SingularNames;

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void SolvesKoenigsEquation(string name)
    {
        var dual = SomeDuals.ByName[name];
        KoenigsKernel kernel = new(dual);
        foreach (var gap in s_gaps)
        {
            var (xi, expected) = (Correlation.Below(gap), Math.Log(dual.SlopeAtZero) + kernel.Evaluate(Correlation.Below(gap)));
            Assert.AreEqual(expected, kernel.Evaluate(dual.Function.Step(xi)), Tolerance.Double * Math.Max(1, Math.Abs(expected)),
                $"gap {gap}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void SlopeAtOneIsHalfTheOrder(string name)
    {
        var expected = -SomeDuals.ByName[name].SingularityOrder / 2;
        Assert.AreEqual(expected, SlopeAtOne(name), 1e-6 * Math.Abs(expected));
    }

    [TestMethod]
    [DataRow("optimal 2", -1)]
    [DataRow("optimal 1", -0.5)]
    [DataRow("optimal 4", -2)]
    [DataRow("optimal 8", -4)]
    [DataRow("erf", -0.44411)]
    public void SlopesAtOneAreTheMeasuredOnes(string name, double expected) => Assert.AreEqual(expected, SlopeAtOne(name), 5e-6);

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TableEqualsTheIteration(string name)
    {
        KoenigsKernel kernel = new(SomeDuals.ByName[name]);
        Random random = new(1);
        double[] products = [.. Enumerable.Range(0, 500)
            .Select(i => i % 2 == 0 ? random.NextDouble() : 1 - Math.Pow(2, -53 * random.NextDouble())), 0.5, 1e-15, 1e-9];
        var values = products.ToArray();
        kernel.Apply(values);
        for (var i = 0; i < products.Length; i++)
        {
            var expected = kernel.Evaluate(Correlation.Of(products[i]));
            Assert.AreEqual(expected, values[i], Tolerance.Double * Math.Max(1, Math.Abs(expected)), $"at {products[i]:R}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void IsTheLimitOfFiniteDepth(string name)
    {
        const int depth = 60;
        var dual = SomeDuals.ByName[name];
        KoenigsKernel kernel = new(dual);
        foreach (var xi in new[] { 0.1, 0.4, 0.6 })
        {
            var sigma = Correlation.Of(xi);
            for (var layer = 0; layer < depth; layer++)
            {
                sigma = dual.Function.Step(sigma);
            }
            // What is left of the limit is of the order of Sigma itself.
            var (expected, allowed) = (Math.Log(sigma.Value) - (depth * Math.Log(dual.SlopeAtZero)), 1e-12 + (5 * sigma.Value));
            Assert.AreEqual(expected, kernel.Evaluate(Correlation.Of(xi)), allowed, $"at {xi}");
        }
    }

    [TestMethod]
    public void OrdersTooHighForATableAreIterated()
    {
        KoenigsKernel kernel = new(DualActivation.OptimalFor(500));
        double[] values = [0.3, 0.999];
        kernel.Apply(values);
        Assert.AreEqual(kernel.Evaluate(Correlation.Of(0.3)), values[0]);
        Assert.AreEqual(kernel.Evaluate(Correlation.Of(0.999)), values[1]);
    }

    [TestMethod]
    public void EndsAreInfinite()
    {
        KoenigsKernel kernel = new(DualActivation.OptimalFor(4));
        double[] values = [1, 0, 1 + 1e-15, -1e-15, 1e-17];
        kernel.Apply(values);
        CollectionAssert.AreEqual(new[] { double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity,
            double.NegativeInfinity, double.NegativeInfinity }, values);
        Assert.AreEqual(double.PositiveInfinity, kernel.AtOne);
    }

    [TestMethod]
    public void DualsWithoutASingularLimitAreRefused()
    {
        Assert.Contains("A^2", Assert.ThrowsExactly<ArgumentException>(() => new KoenigsKernel(DualActivation.Gelu())).Message);
        Assert.Contains("almost linear",
            Assert.ThrowsExactly<ArgumentException>(() => new KoenigsKernel(DualActivation.Erf(0.01))).Message);
    }

    /// <summary>
    /// d log psi / d log(1 - xi) over a factor B' of the gap, where it is exact: within the factor psi swings by a little.
    /// </summary>
    private static double SlopeAtOne(string name)
    {
        const double gap = 1e-9;
        var dual = SomeDuals.ByName[name];
        KoenigsKernel kernel = new(dual);
        return (kernel.Evaluate(Correlation.Below(gap * dual.SlopeAtOne)) - kernel.Evaluate(Correlation.Below(gap))) / Math.Log(
            dual.SlopeAtOne);
    }
}
