using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class DeepKernelTests
{
    public static IEnumerable<object[]> Names => SomeDuals.Names;

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TableEqualsTheRecursionEverywhere(string name)
    {
        foreach (var kind in Enum.GetValues<NetworkKernel>())
        {
            foreach (var depth in new[] { 1, 3, 30 })
            {
                DeepKernel kernel = new(SomeDuals.ByName[name], depth, kind);
                var products = Products();
                var values = products.ToArray();
                kernel.Apply(values);
                for (var i = 0; i < products.Length; i++)
                {
                    Assert.AreEqual(kernel.Evaluate(Correlation.Of(products[i])), values[i], Tolerance.Double,
                        $"{kind} of depth {depth} at {products[i]:R}");
                }
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void EqualsTheRecursionAsThePaperWritesIt(string name)
    {
        const int depth = 4;
        var dual = SomeDuals.ByName[name];
        var atOne = Enumerable.Range(0, depth + 1).Sum(layer => Math.Pow(dual.SlopeAtOne, layer));
        foreach (var xi in new[] { -0.9, -0.2, 0.1, 0.5, 0.9 })
        {
            var (sigma, tangent) = (xi, xi);
            for (var layer = 0; layer < depth; layer++)
            {
                (sigma, tangent) = (dual.Evaluate(sigma), dual.Evaluate(sigma) + (tangent * dual.Derivative(sigma)));
            }
            // The slope of each layer magnifies the rounding of the plain recursion.
            var tolerance = 1e-15 * Math.Pow(dual.SlopeAtOne, depth) + 1e-14;
            Assert.AreEqual(sigma, new DeepKernel(dual, depth, NetworkKernel.Nngp).Evaluate(Correlation.Of(xi)), tolerance,
                $"NNGP at {xi}");
            Assert.AreEqual(tangent / atOne, new DeepKernel(dual, depth, NetworkKernel.Ntk).Evaluate(Correlation.Of(xi)), tolerance,
                $"NTK at {xi}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void IsOneAtOneWhateverTheDepth(string name)
    {
        foreach (var kind in Enum.GetValues<NetworkKernel>())
        {
            DeepKernel kernel = new(SomeDuals.ByName[name], 300, kind);
            Assert.AreEqual(1, kernel.AtOne);
            Assert.AreEqual(1, kernel.Evaluate(Correlation.Of(1)), Tolerance.Double, $"{kind}");
        }
    }

    [TestMethod]
    public void ReluNtkTendsToAQuarterWithoutRoundingError()
    {
        // K_l grows like l / 4 off the diagonal, with a correction of the order log(l) / l. With cosines instead of gaps the rounding of
        // 1 - Sigma_l, which falls like 1 / l^2, shows: 0.25115 at this depth.
        DeepKernel kernel = new(DualActivation.Relu(), 100_000, NetworkKernel.Ntk);
        Assert.AreEqual(0.25, kernel.Evaluate(Correlation.Of(0.3)), 1e-4);
        Assert.AreEqual(0.25044, new DeepKernel(DualActivation.Relu(), 10_000, NetworkKernel.Ntk).Evaluate(Correlation.Of(0.3)), 1e-4);
    }

    [TestMethod]
    public void SmoothCriticalNtkTendsToAThird() =>
        Assert.AreEqual(1.0 / 3, new DeepKernel(SomeDuals.ByName["critical"], 100_000, NetworkKernel.Ntk).Evaluate(Correlation.Of(0.3)),
            5e-5);

    [TestMethod]
    public void ChaoticNngpTendsToTheFixedPoint()
    {
        DeepKernel kernel = new(SomeDuals.ByName["polynomial"], 200, NetworkKernel.Nngp);
        Assert.AreEqual(0.132782218537, kernel.Evaluate(Correlation.Of(0.3)), 5e-13);
        Assert.AreEqual(0.132782218537, kernel.Evaluate(Correlation.Of(0.9)), 5e-13);
    }

    [TestMethod]
    public void NtkTendsToTheLimitOfTheNngpAsDepthOverTheGap()
    {
        // K_L / (L A'^(2L)) over psi at 1 - xi = 0.001. The NTK is a sum over layers; here it is undivided by its value at one, 2^(L+1) -
        // 1.
        var dual = DualActivation.OptimalFor(2);
        var logPsi = new KoenigsKernel(dual).Evaluate(Correlation.Below(1e-3));
        foreach (var (depth, expected) in new[] { (100, 20.9), (500, 5.02) })
        {
            var normalised = new DeepKernel(dual, depth, NetworkKernel.Ntk).Evaluate(Correlation.Below(1e-3));
            var ratio = Math.Exp(Math.Log(normalised) + ((depth + 1) * Math.Log(2)) - Math.Log(depth) + (depth * Math.Log(2)) - logPsi);
            Assert.AreEqual(expected, ratio, 0.05 * expected, $"depth {depth}");
        }
    }

    [TestMethod]
    public void OutsideCountsAsTheNearerEndAndNaNStaysNaN()
    {
        DeepKernel kernel = new(DualActivation.Erf(), 3, NetworkKernel.Ntk);
        double[] values = [1 + 1e-15, 1.5, -1 - 1e-15, double.NaN, 0, -0.0];
        kernel.Apply(values);
        Assert.AreEqual(1, values[0], 1e-15);
        Assert.AreEqual(1, values[1], 1e-15);
        Assert.AreEqual(-1, values[2], 1e-15);
        Assert.AreEqual(double.NaN, values[3]);
        Assert.AreEqual(0, values[4], 1e-13);
        Assert.AreEqual(0, values[5], 1e-13);
    }

    [TestMethod]
    public void DepthBelowOneIsRefused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DeepKernel(DualActivation.Relu(), 0, NetworkKernel.Ntk));

    /// <summary>Uniform ones, ones at every distance from the ends, and the ends; a number of them that no lane divides.</summary>
    private static double[] Products()
    {
        Random random = new(1);
        var products = Enumerable.Range(0, 300).Select(_ => (2 * random.NextDouble()) - 1).ToList();
        products.AddRange(Enumerable.Range(0, 300).Select(i => (1 - Math.Pow(2, -54 * random.NextDouble())) * (i % 3 == 0 ? -1 : 1)));
        return [.. products, -1, 0, 1, 0.5, -0.5, Math.BitDecrement(1), Math.BitIncrement(-1)];
    }
}
