using Microsoft.ML.Extensions.Numerics.Recurrence;
using TorchSharp;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// A cell's functions over tensors, of one step ([B, H] each) or of all steps at once ([T, B, H]); parameters are [H]. Every result has the
/// shape of the states.
/// </summary>
internal static class TensorCell<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    /// <summary>The next state, [S].</summary>
    public static torch.Tensor[] Step(torch.Tensor[] x, torch.Tensor[] a, torch.Tensor[] previous)
    {
        using var scope = torch.NewDisposeScope();
        var next = new TensorLane[TCell.States];
        TCell.Step<TensorLane, ArrayRows<TensorLane>, ArrayRows<TensorLane>>(Rows(x), Rows(a), Rows(previous), new(next));
        return Keep(scope, next, previous[0]);
    }

    /// <summary>The derivative of state i of the next by state j of the previous, at S i + j.</summary>
    public static torch.Tensor[] Jacobian(torch.Tensor[] x, torch.Tensor[] a, torch.Tensor[] previous)
    {
        using var scope = torch.NewDisposeScope();
        var jacobian = new TensorLane[TCell.States * TCell.States];
        TCell.Jacobian<TensorLane, ArrayRows<TensorLane>, ArrayRows<TensorLane>>(Rows(x), Rows(a), Rows(previous), new(jacobian));
        return Keep(scope, jacobian, previous[0]);
    }

    /// <summary>
    /// The gradients of previous state [S], inputs [G] and parameters [P] (not yet summed over rows and steps) for the adjoint of the next
    /// state.
    /// </summary>
    public static (torch.Tensor[] Previous, torch.Tensor[] Inputs, torch.Tensor[] Parameters) StepBackward(
        torch.Tensor[] x, torch.Tensor[] a, torch.Tensor[] previous, torch.Tensor[] adjoint)
    {
        using var scope = torch.NewDisposeScope();
        var (before, dx, da) = (Lanes(adjoint), new TensorLane[TCell.Gates], new TensorLane[TCell.Parameters]);
        Array.Fill(da, TensorLane.Constant(0));
        TCell.StepBackward<TensorLane, ArrayRows<TensorLane>, ArrayRows<TensorLane>>(
            Rows(x), Rows(a), Rows(previous), new(before), new(dx), new(da));
        return (Keep(scope, before, previous[0]), Keep(scope, dx, previous[0]), Keep(scope, da, previous[0]));
    }

    // A result may be a constant, may depend on parameters alone, or may be an argument itself.
    private static torch.Tensor[] Keep(DisposeScope scope, TensorLane[] lanes, torch.Tensor like)
    {
        var tensors = lanes.Select(lane => lane.Value.to(like.dtype).to(like.device).expand(like.shape)).ToArray();
        scope.MoveToOuter(tensors);
        return tensors;
    }

    private static ArrayRows<TensorLane> Rows(torch.Tensor[] tensors) => new(Lanes(tensors));

    private static TensorLane[] Lanes(torch.Tensor[] tensors) => [.. tensors.Select(tensor => new TensorLane(tensor))];
}
