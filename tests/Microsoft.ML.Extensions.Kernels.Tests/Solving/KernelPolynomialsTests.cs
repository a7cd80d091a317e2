namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class KernelPolynomialsTests
{
    public static IEnumerable<object[]> Kernels =>
        from dual in new (string Name, DualActivation Dual)[]
        {
            ("ReLU", DualActivation.Relu()), ("leaky", DualActivation.LeakyRelu(0.1)), ("erf", DualActivation.Erf()),
                ("GELU", DualActivation.Gelu()),
            ("sine", DualActivation.Sine(2)), ("optimal", DualActivation.OptimalFor(5)),
        }
        from kernel in new[] { NetworkKernel.Ntk, NetworkKernel.Nngp }
        from depth in new[] { 1, 3, 5 }
        // Five sines on top of each other leave a peak at 1 that is too narrow.
        where dual.Name != "sine" || depth < 5
        select new object[] { dual.Name, dual.Dual, kernel, depth };

    [TestMethod, DynamicData(nameof(Kernels))]
    public void Values_AreThoseOfTheKernel_ToSinglePrecision(string name, DualActivation dual, NetworkKernel kind, int depth)
    {
        var kernel = new DeepKernel(dual, depth, kind);
        var fit = KernelPolynomials.Fit(kernel);
        Assert.IsNotNull(fit, name);
        var fitted = Products().Select(value => (float)value).ToArray();
        var exact = fitted.Select(value => (double)value).ToArray();
        kernel.Apply(exact);
        fit.Apply(fitted);
        for (var i = 0; i < exact.Length; i++)
        {
            Assert.AreEqual(exact[i], fitted[i], 4e-6, $"{name}, product {Products()[i]}");
        }
    }

    [TestMethod]
    public void KernelWithoutAPolynomial_IsRefused() => Assert.IsNull(KernelPolynomials.Fit(new Step()));

    // Beyond the ends by a rounding, too.
    private static double[] Products() => [1 + 1e-7, -1 - 1e-7, .. Enumerable.Range(0, 2003).Select(i => (i / 1001.0) - 1)];

    private sealed class Step : IKernelFunction
    {
        public double AtOne => 1;

        public void Apply(Span<double> products)
        {
            foreach (ref var product in products)
            {
                product = product > 0.5 ? 1 : 0;
            }
        }
    }
}
