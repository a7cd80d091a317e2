using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

[TestClass]
internal sealed class ParaGruNewtonIterationTests : NewtonIterationTests<ParaGruCell>;

[TestClass]
internal sealed class ParaLstmNewtonIterationTests : NewtonIterationTests<ParaLstmCell>;

/// <summary>How far Newton's iteration is from the loop after so many iterations, in double precision.</summary>
internal abstract class NewtonIterationTests<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    private const int Batch = 4, Hidden = 64, Steps = 512;

    /// <summary>Accepts whatever the given number of iterations gives.</summary>
    private static NewtonSettings Exactly(int iterations, double damping = 1) => new(iterations, damping, double.PositiveInfinity);

    [TestMethod]
    public void Error_AtThePapersInitialWeights_FallsQuadratically()
    {
        using var scope = NewDisposeScope();
        var errors = Errors(Parameters(2 / Math.Sqrt(5.0 * Hidden)), 4);
        AssertBelow(errors, 1.5, 0.2, 2e-3, 1e-6, 1e-13);
        for (var k = 1; k < 4; k++)
        {
            Assert.IsTrue(errors[k + 1] <= (errors[k] * errors[k]) + 1e-14, $"from {errors[k]} to {errors[k + 1]}");
        }
    }

    [TestMethod]
    public void Error_AtWeightsWithinOneHalf_IsSmallAfterThreeIterations()
    {
        using var scope = NewDisposeScope();
        AssertBelow(Errors(Parameters(1).Clamped(-0.5, 0.5), 4), 1.5, 0.5, 2e-2, 1e-4, 1e-8);
    }

    [TestMethod]
    public void Error_AtWeightsWithinNineTenths_IsSmallAfterFourIterations()
    {
        using var scope = NewDisposeScope();
        var uniform = (rand([TCell.Parameters, Hidden], ScalarType.Float64, generator: new Generator(5)).Scaled(1.8)).Minus(0.9);
        AssertBelow(Errors(uniform, 4), 1.5, 0.5, 0.1, 2e-3, 1e-5);
    }

    [TestMethod]
    public void Iterations_AreExactInAsManySteps_WhateverTheWeights()
    {
        using var scope = NewDisposeScope();
        var (x, a) = (Inputs(40), Parameters(1));
        var expected = Loop(x, a);
        foreach (var iterations in Enumerable.Range(0, 8))
        {
            var exact = iterations + 1;
            var (_, states) = Solve(x, a, Exactly(iterations));
            Assert.IsTrue(Error(expected.narrow(1, 0, 1 + exact), states.narrow(1, 0, 1 + exact)) < 1e-10, $"{iterations} iterations");
        }
    }

    [TestMethod]
    public void Damping_LeavesItsShareOfTheError()
    {
        using var scope = NewDisposeScope();
        var (x, a) = (Inputs(Steps), zeros(TCell.Parameters, Hidden, ScalarType.Float64));
        var (expected, guess) = (Loop(x, a), Solve(x, a, Exactly(0)).States);
        var halfway = Solve(x, a, Exactly(1, 0.5)).States;
        var full = Solve(x, a, Exactly(1)).States;
        Assert.IsTrue(Error(guess.Plus(full).Over(2), halfway) < 1e-14);
        Assert.IsTrue(Error(expected, halfway) < Error(expected, guess));
    }

    [TestMethod]
    public void Residual_AboveTheGate_IsIteratedAway()
    {
        using var scope = NewDisposeScope();
        var (x, a) = (Inputs(Steps), Parameters(1).Clamped(-0.5, 0.5));
        var (outcome, states) = Solve(x, a, new NewtonSettings(Iterations: 1));
        Assert.AreEqual(NewtonOutcome.Raised, outcome);
        Assert.IsTrue(Error(Loop(x, a), states) < 1e-3);
    }

    [TestMethod]
    public void Residual_BelowTheGate_IsAccepted()
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(NewtonOutcome.Converged, Solve(Inputs(Steps), Parameters(0.1), new NewtonSettings()).Outcome);
    }

    [TestMethod]
    public void Divergence_EndsInTheLoop()
    {
        using var scope = NewDisposeScope();
        var (x, a) = (Inputs(Steps), Parameters(2));
        var (outcome, states) = Solve(x, a, new NewtonSettings());
        Assert.AreEqual(NewtonOutcome.FellBack, outcome);
        Assert.IsTrue(Error(Loop(x, a), states) < 1e-3);
    }

    [TestMethod]
    public void NaN_StaysInItsRowAndChannelAndAfterItsStep()
    {
        using var scope = NewDisposeScope();
        var (x, a) = (Inputs(20), Parameters(0.1));
        var expected = Solve(x, a, new NewtonSettings()).States;
        x[7, 0, 1, 2] = double.NaN;
        var states = Solve(x, a, new NewtonSettings()).States;
        var spoilt = zeros_like(states).to_type(ScalarType.Bool);
        spoilt.narrow(1, 8, 13).select(2, 1).select(2, 2).Fill(1);
        Assert.IsTrue(states.isnan().equal(spoilt).all().Item<bool>());
        Assert.IsTrue(where(spoilt, expected, states).equal(expected).all().Item<bool>());
    }

    [TestMethod]
    public void PaddingThatIsNoNumber_DecidesNothing()
    {
        using var scope = NewDisposeScope();
        var (x, a) = (Inputs(20), Parameters(0.1));
        x[19].Fill(double.NaN);
        var valid = ones([20, Batch, 1], ScalarType.Bool);
        valid[19].zero_();
        var states = zeros([TCell.States, 21, Batch, Hidden], ScalarType.Float64);
        Assert.AreEqual(NewtonOutcome.Converged,
            new NewtonIteration<TCell>(x.unbind(1), a.unbind(0), states, valid, new NewtonSettings()).Run());
    }

    private static Tensor Inputs(long steps) => randn([steps, TCell.Gates, Batch, Hidden], ScalarType.Float64, generator: new Generator(1));

    private static Tensor Parameters(double deviation) =>
        randn([TCell.Parameters, Hidden], ScalarType.Float64, generator: new Generator(2)).Scaled(deviation);

    private static double[] Errors(Tensor a, int iterations)
    {
        var x = Inputs(Steps);
        var expected = Loop(x, a);
        return [.. Enumerable.Range(0, iterations + 1).Select(k => Error(expected, Solve(x, a, Exactly(k)).States))];
    }

    private static void AssertBelow(double[] errors, params double[] bands)
    {
        for (var k = 0; k < bands.Length; k++)
        {
            Assert.IsTrue(errors[k] < bands[k], $"after {k} iterations: {errors[k]}, allowed {bands[k]}");
        }
    }

    // s_0..s_T, [S, T + 1, B, H], from zero.
    private static (NewtonOutcome Outcome, Tensor States) Solve(Tensor x, Tensor a, NewtonSettings settings)
    {
        var states = zeros([TCell.States, x.shape[0] + 1, Batch, Hidden], ScalarType.Float64);
        return (new NewtonIteration<TCell>(x.unbind(1), a.unbind(0), states, null, settings).Run(), states);
    }

    private static Tensor Loop(Tensor x, Tensor a)
    {
        var states = zeros([TCell.States, x.shape[0] + 1, Batch, Hidden], ScalarType.Float64);
        for (var step = 0; step < x.shape[0]; step++)
        {
            using var scope = NewDisposeScope();
            states.select(1, step + 1)
                .copy_(stack(TensorCell<TCell>.Step(x[step].unbind(0), a.unbind(0), states.select(1, step).unbind(0))));
        }
        return states;
    }

    private static double Error(Tensor expected, Tensor actual) => (expected - actual).abs().max().Item<double>();
}
