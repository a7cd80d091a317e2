using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The Krylov vectors of a structured system as one differentiable operation over <see cref="TridiagonalKrylov"/>: Float32 on the CPU.</summary>
internal sealed class FusedTridiagonalKrylov : torch.autograd.MultiTensorFunction<FusedTridiagonalKrylov>
{
    private const string ShapeKey = "shape";

    public override string Name => nameof(FusedTridiagonalKrylov);

    /// <summary><c>X_0 = S z</c>, <c>X_{l+1} = 1/alpha S X_l - (1 - alpha)/alpha X_l</c> with <c>S = M^-1 T</c>.</summary>
    /// <param name="solved">M, <c>[3, N, H]</c>.</param>
    /// <param name="multiplied">T, <c>[3, N]</c>.</param>
    /// <param name="seed">z, <c>[N, H]</c>.</param>
    /// <param name="alpha">Above 0.</param>
    /// <param name="length">L.</param>
    /// <returns>X, <c>[L, N, H]</c>.</returns>
    public static torch.Tensor Run(torch.Tensor solved, torch.Tensor multiplied, torch.Tensor seed, double alpha, long length)
    {
        // Holds what forward makes until apply, which saves it for the way back only after forward has returned.
        using var scope = torch.NewDisposeScope();
        var shape = TridiagonalKrylovShape.Of((int)seed.shape[1], (int)seed.shape[0], checked((int)length), alpha);
        return apply(solved, multiplied, seed, shape)[0].MoveToOuterDisposeScope();
    }

    public override unsafe List<torch.Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        var values = vars.Take(3).Select(value => ((torch.Tensor)value).contiguous()).ToList();
        var shape = (TridiagonalKrylovShape)vars[3];
        var states = torch.empty(shape.Length, shape.Size, shape.Features);
        TridiagonalKrylov.Forward(shape, Data(values, states));
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([.. values, states]);
        ctx.save_data(ShapeKey, shape);
        return [states];
    }

    public override unsafe List<torch.Tensor> backward(AutogradContext ctx, List<torch.Tensor> grad_outputs)
    {
        using var scope = torch.NewDisposeScope();
        var values = ctx.get_saved_variables();
        var (dSolved, dMultiplied, dSeed) = (torch.empty_like(values[0]), torch.empty_like(values[0]), torch.empty_like(values[2]));
        var gradients = new TridiagonalKrylovGradients
        {
            States = grad_outputs[0].contiguous().AsPointer(),
            Solved = dSolved.AsPointer(),
            Multiplied = dMultiplied.AsPointer(),
            Seed = dSeed.AsPointer(),
        };
        TridiagonalKrylov.Backward((TridiagonalKrylovShape)ctx.get_data(ShapeKey), Data(values, values[3]), gradients);
        var shared = dMultiplied.sum(-1);
        scope.MoveToOuter(dSolved, shared, dSeed);
        return [dSolved, shared, dSeed, null!];
    }

    private static unsafe TridiagonalKrylovData Data(IReadOnlyList<torch.Tensor> values, torch.Tensor states) => new()
    {
        Solved = values[0].AsPointer(),
        Multiplied = values[1].AsPointer(),
        Seed = values[2].AsPointer(),
        States = states.AsPointer(),
    };
}
