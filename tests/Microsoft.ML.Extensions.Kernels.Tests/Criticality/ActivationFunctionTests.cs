namespace Microsoft.ML.Extensions.Kernels.Tests;

[TestClass]
public sealed class ActivationFunctionTests
{
    [TestMethod]
    public void Derivatives_AreThoseOfTheValues()
    {
        foreach (var kind in Enum.GetValues<DeepActivation>())
        {
            var exact = ActivationFunction.Of(kind, 0.2);
            var differences = ActivationFunction.FromDelegate("same", exact.Value);
            foreach (var z in new[] { -4.2, -1.1, -0.3, 0, 0.4, 2.5 })
            {
                Assert.AreEqual(exact.Derivative(z), differences.Derivative(z), 1e-10, $"{kind} at {z}");
            }
        }
    }

    [TestMethod]
    public void UnknownActivation_IsRefusedWithThoseThatAre()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ActivationFunction.Of((DeepActivation)99));
        StringAssert.Contains(error.Message, "Relu, LeakyRelu, Tanh");
    }

    [TestMethod]
    public void FunctionThatIsNoNumberSomewhere_IsRefusedByPlaceAndValue()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => ActivationFunction.FromDelegate("root", Math.Sqrt));
        StringAssert.Contains(error.Message, "'root' is NaN at -5");
        Assert.ThrowsExactly<ArgumentException>(() => ActivationFunction.FromDelegate("pole", z => 1 / z));
        Assert.ThrowsExactly<ArgumentException>(() => ActivationFunction.FromDelegate("bad slope", z => z, _ => double.NaN));
        Assert.ThrowsExactly<ArgumentException>(() => ActivationFunction.FromDelegate("", z => z));
        Assert.ThrowsExactly<ArgumentNullException>(() => ActivationFunction.FromDelegate("none", null!));
    }
}
