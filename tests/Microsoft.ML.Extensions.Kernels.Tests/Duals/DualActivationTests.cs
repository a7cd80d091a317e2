using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class DualActivationTests
{
    public static IEnumerable<object[]> Names => SomeDuals.Names;

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void MapsTheIntervalIntoItselfAndOneToOne(string name)
    {
        var dual = SomeDuals.ByName[name];
        Assert.AreEqual(1, dual.Evaluate(1), 2e-15);
        for (var xi = -1.0; xi <= 1; xi += 1 / 128.0)
        {
            Assert.IsTrue(Math.Abs(dual.Evaluate(xi)) <= 1 + 2e-15, $"{dual.Evaluate(xi)} at {xi}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void DerivativeIsTheSlope(string name)
    {
        const double step = 1e-5;
        var dual = SomeDuals.ByName[name];
        foreach (var xi in new[] { -0.95, -0.4, 0.01, 0.3, 0.6, 0.97 })
        {
            var slope = (dual.Evaluate(xi + step) - dual.Evaluate(xi - step)) / (2 * step);
            Assert.AreEqual(slope, dual.Derivative(xi), 1e-7 * dual.SlopeAtOne, $"at {xi}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void NamedNumbersAreValuesAndSlopesAtTheEnds(string name)
    {
        var dual = SomeDuals.ByName[name];
        Assert.AreEqual(dual.Evaluate(0), dual.ValueAtZero, 1e-15);
        Assert.AreEqual(dual.Derivative(0), dual.SlopeAtZero, 1e-15);
        Assert.AreEqual(dual.Derivative(1), dual.SlopeAtOne, 1e-14 * dual.SlopeAtOne);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ComplementKeepsItsDigitsNearOne(string name)
    {
        var dual = SomeDuals.ByName[name];
        foreach (var xi in new[] { -1, -0.99, -0.3, 0, 0.3, 0.9 })
        {
            Assert.AreEqual(1 - dual.Evaluate(xi), dual.Function.Complement(Correlation.Of(xi)), 1e-15, $"at {xi}");
        }
        // To first order the complement is B' gap; what follows is of the order gap^(1/2) of it for kinks and B'' gap for others.
        foreach (var gap in new[] { 1e-8, 1e-12, 1e-16, 1e-200 })
        {
            var ratio = dual.Function.Complement(Correlation.Below(gap)) / (dual.SlopeAtOne * gap);
            Assert.AreEqual(1, ratio, 1e-13 + (dual.Function.IsKinked ? Math.Sqrt(gap) : 1e4 * gap), $"gap {gap}");
        }
    }

    [TestMethod]
    public void ReluComplementIsExactWhereItsTermsCancel()
    {
        // 1 - dual = gap - (sin t - t cos t) / pi and the second term is t^3 / 3 - t^5 / 30 + ... of the angle t.
        foreach (var angle in new[] { 1e-6, 1e-3, 0.1 })
        {
            var gap = 2 * Math.Pow(Math.Sin(angle / 2), 2);
            var term = Math.Pow(angle, 3) * ((1.0 / 3) - (angle * angle / 30) + (Math.Pow(angle, 4) / 840) - (Math.Pow(angle, 6) / 45360));
            Assert.AreEqual(1, DualActivation.Relu().Function.Complement(Correlation.Below(gap)) / (gap - (term / Math.PI)), 1e-14);
        }
    }

    [TestMethod]
    public void ShippedFormulasOfThePaperComeOut()
    {
        foreach (var xi in new[] { -0.7, 0.1, 0.5, 0.93 })
        {
            Close(Math.Asin(2 * xi / 3) / Math.Asin(2.0 / 3), DualActivation.Erf(), xi);
            Close(Math.Sinh(2.676 * xi) / Math.Sinh(2.676), DualActivation.Sine(2.676), xi);
            Close(((xi * (Math.PI - Math.Acos(xi))) + Math.Sqrt(1 - (xi * xi))) / Math.PI, DualActivation.Relu(), xi);
            Close((xi / 2) + (Math.Pow(xi, 7) / 2), DualActivation.OptimalFor(1), xi);
            Close((xi / 2) + (Math.Pow(xi, 3) / 2), DualActivation.OptimalFor(2), xi);
            Close((xi / 4) + (xi * xi / 2) + (Math.Pow(xi, 3) / 4), DualActivation.OptimalFor(4), xi);
            Close((xi / 16) + (7 * xi * xi / 8) + (Math.Pow(xi, 3) / 16), DualActivation.OptimalFor(8), xi);
            Close(Math.Pow(xi, 5), DualActivation.Hermite(5), xi);
        }
    }

    [TestMethod]
    public void ErfHasThePublishedConstants()
    {
        var erf = DualActivation.Erf();
        Assert.AreEqual(0.9136, erf.SlopeAtZero, 5e-5);
        Assert.AreEqual(1.2257, erf.SlopeAtOne, 5e-5);
        Assert.AreEqual(0.8882, erf.SingularityOrder, 5e-5);
    }

    [TestMethod]
    [DataRow(2.676, 2)]
    [DataRow(6.13539, 4)]
    [DataRow(13.8258, 8)]
    public void SinesOfThePaperAreMatched(double a, double dimension) =>
        Assert.AreEqual(dimension, DualActivation.Sine(a).SingularityOrder, 1e-3);

    [TestMethod]
    [DataRow(1)]
    [DataRow(1.3)]
    [DataRow(1.99)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(7.5)]
    [DataRow(100)]
    [DataRow(1000)]
    public void OptimalActivationHasTheOrderOfItsDimension(double dimension)
    {
        var dual = DualActivation.OptimalFor(dimension);
        Assert.AreEqual(dimension, dual.SingularityOrder, 1e-12 * dimension);
        Assert.AreEqual(InfiniteDepthLimit.SingularKernel, dual.Limit(NetworkKernel.Ntk));
    }

    [TestMethod]
    [DataRow("hermite 2", InfiniteDepthLimit.NearestNeighbor, InfiniteDepthLimit.NearestNeighbor)]
    [DataRow("erf", InfiniteDepthLimit.SingularKernel, InfiniteDepthLimit.SingularKernel)]
    [DataRow("tanh", InfiniteDepthLimit.SingularKernel, InfiniteDepthLimit.SingularKernel)]
    [DataRow("gelu", InfiniteDepthLimit.MajorityVote, InfiniteDepthLimit.MajorityVote)]
    [DataRow("polynomial", InfiniteDepthLimit.MajorityVote, InfiniteDepthLimit.MajorityVote)]
    [DataRow("relu", InfiniteDepthLimit.Ordered, InfiniteDepthLimit.MajorityVote)]
    [DataRow("critical", InfiniteDepthLimit.Ordered, InfiniteDepthLimit.MajorityVote)]
    [DataRow("ordered", InfiniteDepthLimit.Ordered, InfiniteDepthLimit.Ordered)]
    [DataRow("biased relu", InfiniteDepthLimit.Ordered, InfiniteDepthLimit.Ordered)]
    [DataRow("biased erf", InfiniteDepthLimit.MajorityVote, InfiniteDepthLimit.MajorityVote)]
    public void LimitsFollowTheTaxonomy(string name, InfiniteDepthLimit nngp, InfiniteDepthLimit ntk)
    {
        Assert.AreEqual(nngp, SomeDuals.ByName[name].Limit(NetworkKernel.Nngp));
        Assert.AreEqual(ntk, SomeDuals.ByName[name].Limit(NetworkKernel.Ntk));
    }

    [TestMethod]
    public void IdentityIsLinear() => Assert.AreEqual(InfiniteDepthLimit.Linear, DualActivation.LeakyRelu(1).Limit(NetworkKernel.Ntk));

    [TestMethod]
    public void OrdersOutsideTheSingularClassAreInfiniteOrNone()
    {
        Assert.AreEqual(double.PositiveInfinity, DualActivation.Hermite(2).SingularityOrder);
        Assert.AreEqual(double.NaN, DualActivation.Gelu().SingularityOrder);
    }

    [TestMethod]
    public void MajorityRatioIsTheFixedPointOrThatOfCriticality()
    {
        Assert.AreEqual(0.132782218537, SomeDuals.ByName["polynomial"].MajorityRatio(NetworkKernel.Nngp), 5e-13);
        Assert.AreEqual(0, SomeDuals.ByName["polynomial"].MajorityRatio(NetworkKernel.Ntk));
        Assert.AreEqual(0.25, SomeDuals.ByName["relu"].MajorityRatio(NetworkKernel.Ntk));
        Assert.AreEqual(1.0 / 3, SomeDuals.ByName["critical"].MajorityRatio(NetworkKernel.Ntk));
        Assert.AreEqual(double.NaN, SomeDuals.ByName["ordered"].MajorityRatio(NetworkKernel.Ntk));
    }

    [TestMethod]
    public void FixedPointIsFoundNextToCriticality()
    {
        // .25 + .5 xi + .25 xi^2 with a little more xi^2 and less of the constant: the fixed point is c_0 / c_2.
        const double little = 1e-7;
        var dual = DualActivation.Polynomial(.25 - little, .5, .25 + little);
        Assert.AreEqual((.25 - little) / (.25 + little), dual.MajorityRatio(NetworkKernel.Nngp), 1e-8);
    }

    [TestMethod]
    public void WeightScaleIsThatOfTheActivation()
    {
        foreach (var xi in new[] { -0.8, 0.2, 0.7 })
        {
            Close(DualActivation.Erf(1.5).Evaluate(xi), DualActivation.Erf(3).WithWeightScale(0.5), xi);
            Close(DualActivation.Sine(4).Evaluate(xi), DualActivation.Sine(1).WithWeightScale(2), xi);
            Close(DualActivation.Relu().Evaluate(xi), DualActivation.Relu().WithWeightScale(7), xi);
            Close(DualActivation.FromActivation(z => Math.Tanh(2 * z)).Evaluate(xi),
                DualActivation.FromActivation(Math.Tanh).WithWeightScale(2), xi);
            Close(DualActivation.Erf(2).WithBias(0.3).Evaluate(xi), DualActivation.Erf().WithBias(0.3).WithWeightScale(2), xi);
            Close(DualActivation.FromActivation(z => HermiteSeries.Evaluate([.2, .5, -.3, .7], 0.6 * z)).Evaluate(xi),
                DualActivation.FromHermite(.2, .5, -.3, .7).WithWeightScale(0.6), xi);
        }
    }

    [TestMethod]
    public void BiasMixesTheDualWithAConstant() =>
        Assert.AreEqual((0.8 * DualActivation.Gelu().Evaluate(0.4)) + 0.2, DualActivation.Gelu().WithBias(0.2).Evaluate(0.4), 1e-15);

    [TestMethod]
    public void CoefficientsAreNormalised()
    {
        Close(DualActivation.Polynomial(.1, .2, .3, .4).Evaluate(0.3), DualActivation.Polynomial(1, 2, 3, 4, 0, 0), 0.3);
        Close(DualActivation.FromHermite(0, 3, -4).Evaluate(0.3), DualActivation.Polynomial(0, .36, .64), 0.3);
        Close(0.3, DualActivation.FromHermite(0, 1e300), 0.3);
    }

    [TestMethod]
    public void NumbersOutOfRangeAreRefused()
    {
        Refuses(() => DualActivation.LeakyRelu(double.NaN), "slope");
        Refuses(() => DualActivation.Erf(0), "above 0");
        Refuses(() => DualActivation.Erf(double.PositiveInfinity), "at most 1000");
        Refuses(() => DualActivation.Sine(-1), "above 0");
        Refuses(() => DualActivation.Sine(100).WithWeightScale(2), "is 400");
        Refuses(() => DualActivation.Hermite(0), "1 to 256");
        Refuses(() => DualActivation.OptimalFor(0.5), "1 to 1000");
        Refuses(() => DualActivation.OptimalFor(double.NaN), "1 to 1000");
        Refuses(() => DualActivation.Relu().WithBias(1), "below 1");
        Refuses(() => DualActivation.Relu().WithBias(-0.1), "below 1");
        Refuses(() => DualActivation.Relu().WithWeightScale(0), "above 0");
        Refuses(() => DualActivation.Relu().Evaluate(1.1), "[-1, 1]");
        Refuses(() => DualActivation.Relu().Derivative(double.NaN), "[-1, 1]");
        Refuses(() => DualActivation.Polynomial(0.5, -0.1), "Coefficient 1");
        Refuses(() => DualActivation.Polynomial(1), "constant");
        Refuses(() => DualActivation.FromHermite(), "constant");
        Refuses(() => DualActivation.FromHermite(0, double.NaN), "Coefficient 1");
        Refuses(() => DualActivation.FromHermite(new double[258]), "258");
    }

    private static void Close(double expected, DualActivation dual, double xi) =>
        Assert.AreEqual(expected, dual.Evaluate(xi), Tolerance.Double, $"at {xi}");

    private static void Refuses(Action action, string text) => Assert.Contains(text, Assert.Throws<ArgumentException>(action).Message);
}
