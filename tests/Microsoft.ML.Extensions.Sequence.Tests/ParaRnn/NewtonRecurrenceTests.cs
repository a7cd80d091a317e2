using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

[TestClass]
internal sealed class ParaGruNewtonRecurrenceTests : NewtonRecurrenceTests<ParaGruCell>;

[TestClass]
internal sealed class ParaLstmNewtonRecurrenceTests : NewtonRecurrenceTests<ParaLstmCell>;

[TestClass]
internal sealed class LinearNewtonRecurrenceTests : NewtonRecurrenceTests<LinearCell>
{
    [TestMethod]
    public void LinearCell_IsExactAfterOneIteration()
    {
        using var scope = NewDisposeScope();
        var inputs = Problem(300, 0.9);
        var expected = TensorRecurrence<LinearCell>.Run(inputs);
        var actual = NewtonRecurrence<LinearCell>.Run(inputs, new NewtonSettings(1, Tolerance: 1e-12), new NewtonReport());
        AssertClose(expected.Hidden, actual.Hidden, Tolerance.Double);
    }

    [TestMethod]
    public void ProductsOfJacobiansThatOverflow_AreWalkedThrough_ThereAndBack()
    {
        const int steps = 2000, channels = 2;
        using var scope = NewDisposeScope();
        // Nothing comes in, so that every state is 0, and nothing is asked of any but the first; ten to the power of the steps is no
        // number.
        var inputs = new RecurrentInputs(
            zeros([1, 1, steps, LinearCell.Gates, channels], ScalarType.Float64).requires_grad_(),
            cat([NumberDoors.Full([LinearCell.Parameters, channels], 10, ScalarType.Float64),
                zeros([LinearCell.Gates, channels], ScalarType.Float64)]).requires_grad_());
        var report = new NewtonReport();
        var hidden = NewtonRecurrence<LinearCell>.Run(inputs, new NewtonSettings(), report).Hidden;
        Assert.AreEqual(1, report.Count(NewtonOutcome.FellBack));
        Assert.IsTrue(hidden.eq(Numbers.Zero).all().Item<bool>());
        hidden.narrow(1, 0, 1).sum().backward();
        var gradients = inputs.Products.grad!;
        Assert.IsTrue(gradients.narrow(2, 0, 1).eq(Numbers.One).all().Item<bool>());
        Assert.IsTrue(gradients.narrow(2, 1, steps - 1).eq(Numbers.Zero).all().Item<bool>());
    }
}

/// <summary>Newton's mode against back-propagation through time in double precision.</summary>
internal abstract class NewtonRecurrenceTests<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    private const int Batch = 3, Hidden = 10, Heads = 2;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Gradients_AreThoseOfBackPropagationThroughTime(bool reverse)
    {
        using var scope = NewDisposeScope();
        int[] lengths = [64, 0, 17];
        var expected = Gradients(
            Problem(64, 0.5) with { Lengths = lengths, Reverse = reverse, WantsLast = true }, TensorRecurrence<TCell>.Run);
        var actual = Gradients(
            Problem(64, 0.5) with { Lengths = lengths, Reverse = reverse, WantsLast = true },
            inputs => NewtonRecurrence<TCell>.Run(inputs, new NewtonSettings(7), new NewtonReport()));
        for (var i = 0; i < expected.Length; i++)
        {
            AssertClose(expected[i], actual[i], Tolerance.Double);
        }
    }

    [TestMethod]
    public void Gradients_AfterDivergence_AreThoseOfBackPropagationThroughTime()
    {
        using var scope = NewDisposeScope();
        var report = new NewtonReport();
        var settings = new NewtonSettings(1, Tolerance: 0, FailAbove: 0);
        var expected = Gradients(Problem(64, 2), TensorRecurrence<TCell>.Run);
        var actual = Gradients(Problem(64, 2), inputs => NewtonRecurrence<TCell>.Run(inputs, settings, report));
        Assert.AreEqual(1, report.Count(NewtonOutcome.FellBack));
        for (var i = 0; i < expected.Length; i++)
        {
            AssertClose(expected[i], actual[i], Tolerance.Double);
        }
    }

    [TestMethod]
    public void NoSteps_GiveTheInitialState()
    {
        using var scope = NewDisposeScope();
        var inputs = Problem(0, 0.5) with { WantsLast = true };
        var (hidden, last) = NewtonRecurrence<TCell>.Run(inputs, new NewtonSettings(), new NewtonReport());
        CollectionAssert.AreEqual(new long[] { Batch, 0, Hidden }, hidden.shape);
        Assert.IsTrue(last!.equal(inputs.Initial!).all().Item<bool>());
        hidden.sum().Plus(last.sum()).backward();
        AssertClose(ones_like(last), inputs.Initial!.grad!, Tolerance.Double);
    }

    protected static RecurrentInputs Problem(long steps, double bound)
    {
        var generator = new Generator(3);
        Tensor Draw(params long[] size) => randn(size, ScalarType.Float64, generator: generator);
        var recurrent = Draw(TCell.Parameters, Hidden).Clamped(-bound, bound);
        return new RecurrentInputs(
            Draw(Heads, Batch, steps, TCell.Gates, Hidden / Heads).requires_grad_(),
            cat([recurrent, Draw(TCell.Gates, Hidden)]).requires_grad_(),
            Initial: Draw(TCell.States, Batch, Hidden).requires_grad_());
    }

    protected static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        CollectionAssert.AreEqual(expected.shape, actual.shape);
        var error = (expected - actual).abs().max().Item<double>();
        var scale = Math.Max(1, expected.abs().max().Item<double>());
        Assert.IsTrue(error <= tolerance * scale, $"error {error}, scale {scale}");
    }

    private static Tensor[] Gradients(RecurrentInputs inputs, Func<RecurrentInputs, RecurrentOutputs> run)
    {
        var (hidden, last) = run(inputs);
        var loss = (hidden * randn(hidden.shape, ScalarType.Float64, generator: new Generator(4))).sum();
        (last is null ? loss : loss.Plus((last * randn(last.shape, ScalarType.Float64, generator: new Generator(5))).sum())).backward();
        return [hidden, .. last is null ? Array.Empty<Tensor>()
            : [last], inputs.Products.grad!, inputs.Parameters.grad!, inputs.Initial!.grad!];
    }
}
