using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

[TestClass]
internal sealed class ParaGruCellTests : CellTests<ParaGruCell>
{
    // The paper's equations, typed a second time.
    protected override double[] ByHand(double[] x, double[] a, double[] state)
    {
        var h = state[0];
        var z = Sigmoid((a[0] * h) + x[0]);
        var r = Sigmoid((a[1] * h) + x[1]);
        var n = Math.Tanh((a[2] * (h * r)) + x[2]);
        return [((1 - z) * h) + (z * n)];
    }
}

[TestClass]
internal sealed class ParaLstmCellTests : CellTests<ParaLstmCell>
{
    protected override double[] ByHand(double[] x, double[] a, double[] state)
    {
        var (c, h) = (state[0], state[1]);
        var f = Sigmoid((a[0] * h) + x[0] + (a[3] * c));
        var u = Math.Tanh((a[2] * h) + x[2]);
        var next = (f * c) + ((1 - f) * u);
        var o = Sigmoid((a[1] * h) + x[1] + (a[4] * next));
        return [next, o * Math.Tanh(next)];
    }
}

[TestClass]
internal sealed class EveryFunctionCellTests : CellTests<EveryFunctionCell>
{
    protected override double[] ByHand(double[] x, double[] a, double[] state)
    {
        var first = Sigmoid(x[0] + (a[0] * state[0])) * Math.Exp(-Math.Max(0, state[1] / 2));
        var second = (x[1] > 0 ? Math.Tanh(state[2] - 0.5) : 1 - (state[1] * a[1])) / (1.5 + first);
        return [first, second, (state[2] / 2) + (first * second)];
    }
}

/// <summary>A cell's formula, and its derivatives against central finite differences, in double precision.</summary>
internal abstract class CellTests<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    private const double Difference = 1e-6;
    private const double Allowed = 1e-8;
    private const int Draws = 50;

    protected abstract double[] ByHand(double[] x, double[] a, double[] state);

    protected static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));

    [TestMethod]
    public void Step_IsTheFormulaOfThePaper()
    {
        foreach (var (x, a, state) in Points())
        {
            AssertClose(ByHand(x, a, state), Step(x, a, state), 1e-15);
        }
    }

    [TestMethod]
    public void Jacobian_IsTheDerivativeOfStep()
    {
        foreach (var (x, a, state) in Points())
        {
            var jacobian = new DoubleLane[TCell.States * TCell.States];
            TCell.Jacobian<DoubleLane, ArrayRows<DoubleLane>, ArrayRows<DoubleLane>>(
                new(Lanes(x)), new(Lanes(a)), new(Lanes(state)), new(jacobian));
            var columns = Enumerable.Range(0, TCell.States).Select(i => Slope(state, i, () => Step(x, a, state))).ToArray();
            var expected = from row in Enumerable.Range(0, TCell.States) from column in columns select column[row];
            AssertClose([.. expected], Numbers(jacobian), Allowed);
        }
    }

    [TestMethod]
    public void StepBackward_IsTheTransposedDerivativeOfStep()
    {
        var random = new Random(2);
        foreach (var (x, a, state) in Points())
        {
            var cotangent = Draw(random, TCell.States, 1);
            var (adjoint, dx, da) = (Lanes(cotangent), new DoubleLane[TCell.Gates], new DoubleLane[TCell.Parameters]);
            TCell.StepBackward<DoubleLane, ArrayRows<DoubleLane>, ArrayRows<DoubleLane>>(
                new(Lanes(x)), new(Lanes(a)), new(Lanes(state)), new(adjoint), new(dx), new(da));
            double[] Expected(double[] variable) =>
                [.. variable.Select((_, i) => Dot(cotangent, Slope(variable, i, () => Step(x, a, state))))];
            AssertClose(Expected(state), Numbers(adjoint), Allowed);
            AssertClose(Expected(x), Numbers(dx), Allowed);
            AssertClose(Expected(a), Numbers(da), Allowed);
        }
    }

    [TestMethod]
    public void DerivedDerivatives_AreThoseGiven()
    {
        foreach (var (x, a, state) in Points())
        {
            var (given, derived) = (Derivatives<TCell>(x, a, state), Derivatives<StepOnly<TCell>>(x, a, state));
            AssertClose(given, derived, 1e-14);
        }
    }

    [TestMethod]
    public void StepBackward_AddsToTheParameterGradients()
    {
        var (x, a, state) = Points().First();
        DoubleLane[] once = new DoubleLane[TCell.Parameters], twice = new DoubleLane[TCell.Parameters];
        foreach (var sums in new[] { once, twice, twice })
        {
            TCell.StepBackward<DoubleLane, ArrayRows<DoubleLane>, ArrayRows<DoubleLane>>(
                new(Lanes(x)), new(Lanes(a)), new(Lanes(state)), new(Lanes(state)), new(new DoubleLane[TCell.Gates]), new(sums));
        }
        AssertClose([.. Numbers(once).Select(value => 2 * value)], Numbers(twice), 1e-15);
    }

    [TestMethod]
    public void ReferenceGradients_AreTheDerivativesOfTheReference()
    {
        foreach (var reverse in new[] { false, true })
        {
            var problem = new ScanProblem<TCell>(new ScanShape(3, 6, 4, 2, reverse), 11, [6, 2, 0]);
            var gradients = problem.ReferenceGradients(problem.ReferenceStates());
            double[] Expected(double[] variable) =>
                [.. variable.Select((_, i) => Slope(variable, i, () => [Loss(problem)])[0])];
            AssertClose(Expected(problem.Inputs), gradients.Inputs, Allowed);
            AssertClose(Expected(problem.Parameters), gradients.Parameters, Allowed);
            AssertClose(Expected(problem.Initial!), gradients.Initial, Allowed);
        }
    }

    // The Jacobian, then the adjoint after a backward step, dx and da.
    private static double[] Derivatives<T>(double[] x, double[] a, double[] state) where T : struct, IRecurrentCell<T>
    {
        var (jacobian, adjoint) = (new DoubleLane[T.States * T.States], Lanes([.. Enumerable.Repeat(0.7, T.States)]));
        var (dx, da) = (new DoubleLane[T.Gates], new DoubleLane[T.Parameters]);
        T.Jacobian<DoubleLane, ArrayRows<DoubleLane>, ArrayRows<DoubleLane>>(
            new(Lanes(x)), new(Lanes(a)), new(Lanes(state)), new(jacobian));
        T.StepBackward<DoubleLane, ArrayRows<DoubleLane>, ArrayRows<DoubleLane>>(
            new(Lanes(x)), new(Lanes(a)), new(Lanes(state)), new(adjoint), new(dx), new(da));
        return Numbers([.. jacobian, .. adjoint, .. dx, .. da]);
    }

    // A linear function of all outputs and of the last states, with the problem's cotangents as weights.
    private static double Loss(ScanProblem<TCell> problem)
    {
        var (states, shape) = (problem.ReferenceStates(), problem.Shape);
        var loss = Dot(problem.GradOutput, states[^problem.GradOutput.Length..]);
        for (var edge = 0; edge < problem.GradLast!.Length; edge++)
        {
            var (line, channel) = (edge / shape.Channels, edge % shape.Channels);
            var length = problem.Lengths[line % shape.Batch];
            var step = (line * shape.Steps) + (shape.Reverse ? 0 : length - 1);
            loss += problem.GradLast[edge] * (length == 0 ? problem.Initial![edge] : states[(step * shape.Channels) + channel]);
        }
        return loss;
    }

    private static double[] Slope(double[] variable, int index, Func<double[]> function)
    {
        var value = variable[index];
        variable[index] = value + Difference;
        var above = function();
        variable[index] = value - Difference;
        var below = function();
        variable[index] = value;
        return [.. above.Zip(below, (high, low) => (high - low) / (2 * Difference))];
    }

    private static double[] Step(double[] x, double[] a, double[] state)
    {
        var next = new DoubleLane[TCell.States];
        TCell.Step<DoubleLane, ArrayRows<DoubleLane>, ArrayRows<DoubleLane>>(new(Lanes(x)), new(Lanes(a)), new(Lanes(state)), new(next));
        return Numbers(next);
    }

    private static IEnumerable<(double[] X, double[] A, double[] State)> Points()
    {
        var random = new Random(1);
        return Enumerable.Range(0, Draws).Select(_ =>
            (Draw(random, TCell.Gates, 2), Draw(random, TCell.Parameters, 1.5), Draw(random, TCell.States, 1))).ToArray();
    }

    private static double[] Draw(Random random, int count, double bound) =>
        [.. Enumerable.Range(0, count).Select(_ => ((random.NextDouble() * 2) - 1) * bound)];

    private static double Dot(double[] left, double[] right) => left.Zip(right, (l, r) => l * r).Sum();

    private static DoubleLane[] Lanes(double[] values) => [.. values.Select(value => (DoubleLane)value)];

    private static double[] Numbers(DoubleLane[] lanes) => [.. lanes.Select(lane => lane.Value)];

    private static void AssertClose(double[] expected, double[] actual, double allowed)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], allowed, $"entry {i}");
        }
    }
}
