using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.StateSpace;

[TestClass]
public sealed class HippoTests
{
    [TestMethod]
    public void LegS_IsThatOfThePaper()
    {
        var a = Hippo.LegS(3);
        Assert.AreEqual(-1, a[0, 0]);
        Assert.AreEqual(-3, a[2, 2]);
        Assert.AreEqual(-Math.Sqrt(15), a[2, 1], 1e-12);
        Assert.AreEqual(0, a[1, 2]);
    }

    [TestMethod]
    [DataRow(0.001)]
    [DataRow(0.1)]
    public void LegS_Discretised_ForgetsAndWithTheOtherSignExplodes(double delta)
    {
        const int size = 16, steps = 20000;
        var impulse = new double[steps];
        impulse[0] = 1;
        var decaying = StateSpaceRecurrence.Discretize(Hippo.LegS(size), Hippo.LegendreInput(size), delta, 0.5).States(impulse);
        var growing = StateSpaceRecurrence.Discretize(
            DenseAlgebra.ScaleAndShift(Hippo.LegS(size), -1, 0), Hippo.LegendreInput(size), delta, 0.5).States(impulse[..(int)(1 / delta)]);
        Assert.IsLessThan(1e-6, decaying[^1].Max(Math.Abs));
        Assert.IsGreaterThan(10, growing[^1].Max(Math.Abs) / growing[0].Max(Math.Abs));
    }

    [TestMethod]
    public void LegT_RemembersAWindow_BetterWithMoreStates()
    {
        var errors = new[] { 4, 8, 16 }.Select(ReconstructionError).ToArray();
        Assert.IsLessThan(errors[0] / 3, errors[1]);
        Assert.IsLessThan(errors[1] / 3, errors[2]);
        Assert.IsLessThan(0.01, errors[2]);
    }

    // Of the window of length 1 that the states stand for: u(t - s) = sum_n sqrt(2 n + 1) x_n P_n(1 - 2 s).
    private static double ReconstructionError(int size)
    {
        const double delta = 0.001;
        static double Signal(double time) => Math.Sin(5 * time) + (0.5 * Math.Cos(9 * time));
        var inputs = Enumerable.Range(0, 3000).Select(step => Signal(step * delta)).ToArray();
        var state = StateSpaceRecurrence.Discretize(Hippo.LegT(size), Hippo.LegendreInput(size), delta, 0.5).States(inputs)[^1];
        return Enumerable.Range(5, 90).Max(percent =>
        {
            var ago = percent / 100.0;
            var found = Enumerable.Range(0, size).Sum(n => Hippo.Root(n) * state[n] * Legendre(n, 1 - (2 * ago)));
            return Math.Abs(found - Signal(((inputs.Length - 1) * delta) - ago));
        });
    }

    private static double Legendre(int n, double x)
    {
        var (before, value) = (0.0, 1.0);
        for (var k = 0; k < n; k++)
        {
            (before, value) = (value, ((((2 * k) + 1) * x * value) - (k * before)) / (k + 1));
        }
        return value;
    }
}
