namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class CriticalPointTests
{
    [TestMethod]
    [DataRow(DeepActivation.Linear, 1.0, 2.0)]
    [DataRow(DeepActivation.Relu, 2.0, 5.0)]
    [DataRow(DeepActivation.LeakyRelu, 2 / 1.04, 4.556213017751479)]
    public void ScaleInvariantActivations_HaveTheBooksNumbers(DeepActivation kind, double weightVariance, double fluctuation)
    {
        var point = CriticalPoint.Of(ActivationFunction.Of(kind, 0.2));

        Assert.AreEqual(UniversalityClass.ScaleInvariant, point.Class);
        Assert.AreEqual((0.0, double.NaN), (point.BiasVariance, point.Kernel));
        Assert.AreEqual(weightVariance, point.WeightVariance, 1e-12);
        Assert.AreEqual(fluctuation, point.Fluctuation, 1e-9);
        Assert.AreEqual((0.0, 0.0), (point.KernelExponent, point.GradientExponent));
    }

    [TestMethod]
    [DataRow(DeepActivation.Tanh, 1.0)]
    [DataRow(DeepActivation.Sine, 1.0)]
    [DataRow(DeepActivation.Erf, Math.PI / 4)]
    public void OddActivations_FallToZero(DeepActivation kind, double weightVariance)
    {
        var point = CriticalPoint.Of(ActivationFunction.Of(kind));

        Assert.AreEqual(UniversalityClass.ZeroFixedPoint, point.Class);
        Assert.AreEqual((0.0, 0.0), (point.BiasVariance, point.Kernel));
        Assert.AreEqual(weightVariance, point.WeightVariance, 1e-6);
        Assert.AreEqual(1, point.KernelExponent, 1e-5);
        Assert.AreEqual(1, point.GradientExponent, 1e-5);
        Assert.AreEqual(2.0 / 3, point.Fluctuation, 1e-6);
    }

    // SWISH and both GELUs; the fluctuations are to the digits that are known of them.
    [TestMethod]
    [DataRow(DeepActivation.Swish, 0.55514317, 1.98800468, 14.32017362, 4.9232)]
    [DataRow(DeepActivation.Gelu, 0.17292239, 1.98305826, 3.56155281, 4.9042)]
    [DataRow(DeepActivation.GeluTanh, 0.17289520, 1.98288824, 3.55677284, double.NaN)]
    public void HalfStableActivations_HaveTheKnownNumbers(
        DeepActivation kind, double bias, double weight, double kernel, double fluctuation)
    {
        var point = CriticalPoint.Of(ActivationFunction.Of(kind));

        Assert.AreEqual(UniversalityClass.HalfStable, point.Class);
        Assert.AreEqual(bias, point.BiasVariance, 1e-6);
        Assert.AreEqual(weight, point.WeightVariance, 1e-6);
        Assert.AreEqual(kernel, point.Kernel, 1e-6);
        if (!double.IsNaN(fluctuation))
        {
            Assert.AreEqual(fluctuation, point.Fluctuation, 5e-5);
        }
    }

    [TestMethod]
    public void HalfStablePoints_HaveBothSusceptibilitiesAtOne()
    {
        foreach (var kind in new[] { DeepActivation.Swish, DeepActivation.Gelu, DeepActivation.GeluTanh })
        {
            var point = CriticalPoint.Of(ActivationFunction.Of(kind));
            var at = ActivationStatistics.Of(point.Activation, point.Kernel);
            Assert.AreEqual(1, point.WeightVariance * at.SquareSlope, 1e-10, kind.ToString());
            Assert.AreEqual(1, point.WeightVariance * at.DerivativeSquare, 1e-10, kind.ToString());
            Assert.AreEqual(point.Kernel, point.BiasVariance + (point.WeightVariance * at.Square), 1e-10, kind.ToString());
        }
    }

    [TestMethod]
    public void Delegates_GiveWhatTheActivationsOfThePackageGive()
    {
        foreach (var kind in Enum.GetValues<DeepActivation>())
        {
            var exact = CriticalPoint.Of(ActivationFunction.Of(kind));
            var numeric = CriticalPoint.Of(ActivationFunction.FromDelegate(kind.ToString(), exact.Activation.Value));
            Assert.AreEqual(exact.Class, numeric.Class, kind.ToString());
            Assert.AreEqual(exact.WeightVariance, numeric.WeightVariance, 1e-6, kind.ToString());
            Assert.AreEqual(exact.BiasVariance, numeric.BiasVariance, 1e-5, kind.ToString());
        }
    }

    [TestMethod]
    public void Without_ACriticalPoint_TheReasonIsTheAnswer()
    {
        ActivationFunction[] none =
        [
            ActivationFunction.Of(DeepActivation.Sigmoid), ActivationFunction.Of(DeepActivation.Softplus),
            ActivationFunction.FromDelegate("square", z => z * z), ActivationFunction.FromDelegate("cube", z => z * z * z),
            ActivationFunction.FromDelegate("exp", Math.Exp), ActivationFunction.FromDelegate("sinh", Math.Sinh),
            ActivationFunction.FromDelegate("constant", _ => 1), ActivationFunction.FromDelegate("zero", _ => 0),
            ActivationFunction.FromDelegate("shifted", z => z + 1),
                ActivationFunction.FromDelegate("no number beyond 6", z => Math.Sqrt(36 - (z * z))),
        ];
        foreach (var activation in none)
        {
            var point = CriticalPoint.Of(activation);
            Assert.AreEqual((UniversalityClass.None, false), (point.Class, point.Exists), activation.Name);
            Assert.AreNotEqual("", point.Reason, activation.Name);
            Assert.IsTrue(double.IsNaN(point.WeightVariance), activation.Name);
        }
    }

    // Kinks away from 0 (hard tanh), and at 0 without scale invariance (a leaky tanh, ELU, whose second derivative jumps).
    [TestMethod]
    public void FunctionsThatAreNotSmooth_AreClassifiedToo()
    {
        var hard = CriticalPoint.Of(ActivationFunction.FromDelegate("hard tanh", z => Math.Clamp(z, -1, 1)));
        Assert.AreEqual((UniversalityClass.ZeroFixedPoint, 1.0), (hard.Class, Math.Round(hard.WeightVariance, 6)));

        var leaky = CriticalPoint.Of(ActivationFunction.FromDelegate("leaky tanh", z => z < 0 ? 0.5 * z : Math.Tanh(z)));
        Assert.AreEqual(UniversalityClass.ZeroFixedPoint, leaky.Class);
        Assert.AreEqual(2 / 1.25, leaky.WeightVariance, 1e-6);

        var elu = CriticalPoint.Of(ActivationFunction.FromDelegate("ELU", z => z < 0 ? Math.Exp(z) - 1 : z));
        Assert.AreEqual(UniversalityClass.ZeroFixedPoint, elu.Class);
        Assert.AreEqual(1, elu.WeightVariance, 0.05);
    }

    [TestMethod]
    public void ResidualWeight_ScalesTheVariances_AndKeepsBothSusceptibilitiesAtOne()
    {
        const double gamma = 0.8;
        var point = CriticalPoint.Of(ActivationFunction.Of(DeepActivation.Gelu));
        var (bias, weight) = point.WithResidual(gamma);
        var at = ActivationStatistics.Of(point.Activation, point.Kernel);
        Assert.AreEqual(1, (weight * at.SquareSlope) + (gamma * gamma), 1e-10);
        Assert.AreEqual(1, (weight * at.DerivativeSquare) + (gamma * gamma), 1e-10);
        Assert.AreEqual(point.Kernel, bias + (weight * at.Square) + (gamma * gamma * point.Kernel), 1e-10);
    }

    // (1 - g2) ((1 - g2) nu + 4 g2), and two thirds of 1 - g2^2 where K falls to 0.
    [TestMethod]
    [DataRow(DeepActivation.Relu, 0.5, 2.25)]
    [DataRow(DeepActivation.Relu, 0.9, 0.41)]
    [DataRow(DeepActivation.Tanh, 0.5, 0.5)]
    [DataRow(DeepActivation.Tanh, 0.9, 2.0 / 3 * 0.19)]
    public void ResidualWeight_LowersTheFluctuations(DeepActivation kind, double square, double expected) =>
        Assert.AreEqual(expected, CriticalPoint.Of(ActivationFunction.Of(kind)).FluctuationWith(Math.Sqrt(square)), 1e-6);

    [TestMethod]
    [DataRow(-0.1)]
    [DataRow(1.0)]
    [DataRow(double.NaN)]
    public void ResidualWeightOutOfRange_IsRefused(double gamma)
    {
        var point = CriticalPoint.Of(ActivationFunction.Of(DeepActivation.Relu));
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => point.WithResidual(gamma));
        StringAssert.Contains(error.Message, "allowed is 0 to 0.9999");
    }
}
