namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class HermiteExpansionTests
{
    private static readonly (string Name, DualActivation Exact, Func<double, double> Activation)[] s_smooth =
    [
        ("sine", DualActivation.Sine(2), z => Math.Sin(Math.Sqrt(2) * z)),
        ("fast sine", DualActivation.Sine(100), z => Math.Sin(10 * z)),
        ("exponential", DualActivation.Polynomial([.. Enumerable.Range(0, 30).Select(k => 1 / Factorial(k))]), Math.Exp),
        ("series", DualActivation.FromHermite(.1, .5, 0, -.8), z => HermiteSeries.Evaluate([.1, .5, 0, -.8], z)),
    ];

    private static readonly (string Name, DualActivation Exact, Func<double, double> Activation)[] s_kinked =
    [
        ("ReLU", DualActivation.Relu(), z => Math.Max(0, z)),
        ("leaky ReLU", DualActivation.LeakyRelu(-0.3), z => z > 0 ? z : -0.3 * z),
        ("absolute", DualActivation.LeakyRelu(-1), Math.Abs),
    ];

    [TestMethod]
    public void SmoothActivationsComeOutToRounding()
    {
        foreach (var (name, exact, activation) in s_smooth)
        {
            Compare(name, exact, DualActivation.FromActivation(activation), 1e-14, 1e-13);
        }
    }

    [TestMethod]
    public void KinkedActivationsComeOutToTheirTail()
    {
        foreach (var (name, exact, activation) in s_kinked)
        {
            var dual = DualActivation.FromActivation(activation);
            Compare(name, exact, dual, 1e-6, 1e-2);
            Assert.AreEqual(1, dual.SlopeAtOne, 1e-12, name);
            Assert.IsTrue(dual.Function.IsKinked, name);
            Assert.AreEqual(InfiniteDepthLimit.MajorityVote, dual.Limit(NetworkKernel.Ntk), name);
            Assert.AreEqual(0.25, dual.MajorityRatio(NetworkKernel.Ntk), name);
        }
    }

    [TestMethod]
    public void KinksNeedNotLieOnAnyGrid()
    {
        // hard tanh between -c and c: E[phi'^2] = P(|z| < c), E[phi'] the same, E[phi^2] by the second moment of the cut normal law.
        const double c = 0.7071067811865476;
        const double inside = 0.52049987781304654;
        var tail = 1 - inside;
        var square = inside - (2 * c * Math.Exp(-c * c / 2) / Math.Sqrt(2 * Math.PI)) + (c * c * tail);
        var dual = DualActivation.FromActivation(z => Math.Clamp(z, -c, c));
        Assert.AreEqual(inside / square, dual.SlopeAtOne, 1e-8);
        Assert.AreEqual(inside * inside / square, dual.SlopeAtZero, 1e-8);
        Assert.AreEqual(0, dual.ValueAtZero);
    }

    [TestMethod]
    public void ActivationsWithoutADualAreRefused()
    {
        Refuses(z => z > 0.3 ? 1 : 0, "jumps from");
        Refuses(z => Math.Sign(z), "near 0");
        Refuses(_ => 2, "constant");
        Refuses(_ => 0, "0 everywhere");
        Refuses(Math.Sqrt, "NaN at");
        Refuses(z => Math.Exp(z * z / 4), "grows too fast");
        Assert.Throws<ArgumentNullException>(() => DualActivation.FromActivation(null!));
    }

    private static void Compare(string name, DualActivation exact, DualActivation dual, double tolerance, double slopeTolerance)
    {
        for (var xi = -1.0; xi <= 1; xi += 1 / 64.0)
        {
            Assert.AreEqual(exact.Evaluate(xi), dual.Evaluate(xi), tolerance, $"{name} at {xi}");
            Assert.AreEqual(exact.Derivative(xi), dual.Derivative(xi), slopeTolerance * exact.SlopeAtOne, $"slope of {name} at {xi}");
        }
    }

    private static double Factorial(int k) => k < 2 ? 1 : k * Factorial(k - 1);

    private static void Refuses(Func<double, double> activation, string text) =>
        Assert.Contains(text, Assert.ThrowsExactly<ArgumentException>(() => DualActivation.FromActivation(activation)).Message);
}
