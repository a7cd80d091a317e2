using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.Numerics.StateSpace;

[TestClass]
public sealed class StateSpaceRecurrenceTests
{
    /// <summary>Lemma 3.1 of the paper: a gate is the step of a backward Euler method with a learned step size.</summary>
    [TestMethod]
    [DataRow(-2.0)]
    [DataRow(0.0)]
    [DataRow(3.0)]
    public void BackwardEulerOfADecay_IsAGate(double z)
    {
        var system = StateSpaceRecurrence.Discretize(new double[,] { { -1 } }, [1], Math.Exp(z), 1);
        var gate = 1 / (1 + Math.Exp(-z));
        Assert.AreEqual(1 - gate, system.Transition[0, 0], Tolerance.Double);
        Assert.AreEqual(gate, system.Input[0], Tolerance.Double);
    }

    [TestMethod]
    public void Kernel_ConvolvedWithTheInputs_IsTheRecurrence()
    {
        var random = new Random(1);
        var (c, u) = (Numbers(random, 16), Numbers(random, 200));
        var system = LegS(16, 0.02);
        var expected = system.States(u).Select(state => state.Zip(c, (x, weight) => x * weight).Sum()).ToArray();
        var actual = CausalConvolution.Direct(system.Kernel(c, u.Length), u);
        foreach (var (left, right) in expected.Zip(actual))
        {
            Assert.AreEqual(left, right, Tolerance.Double);
        }
    }

    [TestMethod]
    public void States_GoOnFromAState()
    {
        var u = Numbers(new Random(2), 50);
        var system = LegS(8, 0.05);
        var (whole, first) = (system.States(u), system.States(u[..20]));
        CollectionAssert.AreEqual(whole[^1], system.States(u[20..], first[^1])[^1]);
    }

    /// <summary>Half the steps, each twice as long, come to the same states, with an error of second order in the step.</summary>
    [TestMethod]
    public void HalfTheSamplesAtTwiceTheStep_AgreeToSecondOrder()
    {
        var (coarse, fine) = (Shift(0.02), Shift(0.01));
        Assert.IsLessThan(0.02, coarse);
        Assert.AreEqual(4, coarse / fine, 1);
    }

    // Compared where the bilinear transform has its inputs: in the middle of its steps.
    private static double Shift(double delta)
    {
        var steps = (int)Math.Round(2 / delta);
        double[] Run(double step) =>
            LegS(6, step).States([.. Enumerable.Range(1, (int)Math.Round(2 / step)).Select(t => Math.Sin(3 * (t - 0.5) * step))])[^1];
        Assert.AreEqual(0, steps % 2);
        return Run(delta).Zip(Run(2 * delta), (left, right) => Math.Abs(left - right)).Max();
    }

    private static StateSpaceRecurrence LegS(int size, double delta) =>
        StateSpaceRecurrence.Discretize(Hippo.LegS(size), Hippo.LegendreInput(size), delta, 0.5);

    private static double[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
}
