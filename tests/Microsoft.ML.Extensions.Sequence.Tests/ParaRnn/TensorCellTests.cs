using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Tests;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

[TestClass]
internal sealed class ParaGruTensorCellTests : TensorCellTests<ParaGruCell>;

[TestClass]
internal sealed class ParaLstmTensorCellTests : TensorCellTests<ParaLstmCell>;

[TestClass]
internal sealed class DerivedGruTensorCellTests : TensorCellTests<StepOnly<ParaGruCell>>;

[TestClass]
internal sealed class DerivedLstmTensorCellTests : TensorCellTests<StepOnly<ParaLstmCell>>;

[TestClass]
internal sealed class LinearTensorCellTests : TensorCellTests<LinearCell>;

[TestClass]
internal sealed class EveryFunctionTensorCellTests : TensorCellTests<EveryFunctionCell>;

/// <summary>A cell's derivatives over tensors against torch's differentiation of its step.</summary>
internal abstract class TensorCellTests<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    private const int Steps = 5, Batch = 3, Hidden = 4;

    [TestMethod]
    public void Jacobian_IsWhatTorchDifferentiates()
    {
        using var scope = NewDisposeScope();
        var (x, a, previous) = Point();
        var next = TensorCell<TCell>.Step(x, a, previous);
        var expected = next.SelectMany(state => autograd.grad([state.sum().Plus(Nothing(previous))], previous, retain_graph: true));
        AssertClose(expected, TensorCell<TCell>.Jacobian(x, a, previous));
    }

    [TestMethod]
    public void StepBackward_IsWhatTorchDifferentiates()
    {
        using var scope = NewDisposeScope();
        var (x, a, previous) = Point();
        var adjoint = Draw(7, TCell.States, Steps, Batch, Hidden).unbind(0);
        var loss = TensorCell<TCell>.Step(x, a, previous).Zip(adjoint, (state, weight) => (state * weight).sum())
            .Aggregate((l, r) => l.Plus(r));
        Tensor[] variables = [.. previous, .. x, .. a];
        var expected = autograd.grad([loss.Plus(Nothing(variables))], variables);
        var (before, dx, da) = TensorCell<TCell>.StepBackward(x, a, previous, adjoint);
        AssertClose(expected, [.. before, .. dx, .. da.Select(part => part.sum([0, 1]))]);
    }

    [TestMethod]
    public void Results_HaveTheShapeOfTheStates()
    {
        using var scope = NewDisposeScope();
        var (x, a, previous) = Point();
        foreach (var result in TensorCell<TCell>.Jacobian(x, a, previous).Concat(TensorCell<TCell>.Step(x, a, previous)))
        {
            CollectionAssert.AreEqual(new long[] { Steps, Batch, Hidden }, result.shape);
        }
    }

    private static (Tensor[] X, Tensor[] A, Tensor[] Previous) Point()
    {
        Tensor[] Variables(ulong seed, params long[] size) =>
            [.. Draw(seed, size).unbind(0).Select(value => value.detach().requires_grad_())];
        return (Variables(1, TCell.Gates, Steps, Batch, Hidden), Variables(2, TCell.Parameters, Hidden),
            Variables(3, TCell.States, Steps, Batch, Hidden));
    }

    // Zero: torch refuses to differentiate by what a result does not depend on.
    private static Tensor Nothing(Tensor[] variables) =>
        variables.Select(variable => variable.Scaled(0).sum()).Aggregate((left, right) => left.Plus(right));

    private static Tensor Draw(ulong seed, params long[] size) => randn(size, ScalarType.Float64, generator: new Generator(seed));

    private static void AssertClose(IEnumerable<Tensor> expected, Tensor[] actual)
    {
        var all = expected.ToArray();
        Assert.HasCount(all.Length, actual);
        for (var i = 0; i < all.Length; i++)
        {
            Assert.IsTrue((all[i] - actual[i]).abs().max().Item<double>() < Tolerance.Double, $"{i}");
        }
    }
}
