using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The kernels of a structured system as one differentiable operation over <see cref="TridiagonalKrylov"/>: Float32 on the CPU.
/// With <c>S = M^-1 T</c>: <c>X_0 = S z</c>, <c>X_{l+1} = 1/alpha S X_l - (1 - alpha)/alpha X_l</c>, <c>K_l = C X_l</c>.
/// </summary>
internal sealed class FusedTridiagonalKrylov : torch.autograd.MultiTensorFunction<FusedTridiagonalKrylov>
{
    private const string ShapeKey = "shape";

    public override string Name => nameof(FusedTridiagonalKrylov);

    /// <summary>K, <c>[M, L, H]</c>.</summary>
    /// <param name="solved">M, <c>[3, N, H]</c>.</param>
    /// <param name="multiplied">T, <c>[3, N]</c>.</param>
    /// <param name="seed">z, <c>[N, H]</c>.</param>
    /// <param name="outputs">C, <c>[M, N, H]</c>.</param>
    /// <param name="alpha">Above 0.</param>
    /// <param name="length">L.</param>
    public static torch.Tensor Kernel(
        torch.Tensor solved, torch.Tensor multiplied, torch.Tensor seed, torch.Tensor outputs, double alpha, long length)
    {
        // Keeps the tensors of forward alive until apply saves them for the backward pass, which it does after forward has returned.
        using var scope = torch.NewDisposeScope();
        return apply(solved, multiplied, seed, outputs, Shape(seed, outputs.shape[0], alpha, length))[0].MoveToOuterDisposeScope();
    }

    /// <summary>X, <c>[L, N, H]</c>, without a backward pass.</summary>
    /// <inheritdoc cref="Kernel"/>
    public static unsafe torch.Tensor States(torch.Tensor solved, torch.Tensor multiplied, torch.Tensor seed, double alpha, long length)
    {
        using var scope = torch.NewDisposeScope();
        var shape = Shape(seed, 0, alpha, length);
        var states = torch.empty(shape.Length, shape.Size, shape.Features);
        TridiagonalKrylov.Forward(shape, Data([solved.contiguous(), multiplied.contiguous(), seed.contiguous()], states));
        return states.MoveToOuterDisposeScope();
    }

    public override unsafe List<torch.Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        var values = vars.Take(4).Select(value => ((torch.Tensor)value).contiguous()).ToList();
        var shape = (TridiagonalKrylovShape)vars[4];
        var states = torch.empty(shape.Length, shape.Size, shape.Features);
        var kernel = torch.empty(shape.Channels, shape.Length, shape.Features);
        var data = Data(values, states);
        data.Outputs = values[3].AsPointer();
        data.Kernel = kernel.AsPointer();
        TridiagonalKrylov.Forward(shape, data);
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([.. values, states]);
        ctx.save_data(ShapeKey, shape);
        return [kernel];
    }

    public override List<torch.Tensor> backward(AutogradContext ctx, List<torch.Tensor> grad_outputs) =>
        TorchMemory.Backward(5, () => Gradients(ctx, grad_outputs));

    private static unsafe List<torch.Tensor> Gradients(AutogradContext ctx, List<torch.Tensor> grad_outputs)
    {
        using var scope = torch.NewDisposeScope();
        var values = ctx.get_saved_variables();
        var (dSolved, dMultiplied) = (torch.empty_like(values[0]), torch.empty_like(values[0]));
        var (dSeed, dOutputs) = (torch.empty_like(values[2]), torch.empty_like(values[3]));
        var data = Data(values, values[4]);
        data.Outputs = values[3].AsPointer();
        TridiagonalKrylov.Backward((TridiagonalKrylovShape)ctx.get_data(ShapeKey), data, new TridiagonalKrylovGradients
        {
            Kernel = grad_outputs[0].contiguous().AsPointer(),
            Solved = dSolved.AsPointer(),
            Multiplied = dMultiplied.AsPointer(),
            Seed = dSeed.AsPointer(),
            Outputs = dOutputs.AsPointer(),
        });
        var shared = dMultiplied.sum(-1);
        scope.MoveToOuter(dSolved, shared, dSeed, dOutputs);
        return [dSolved, shared, dSeed, dOutputs, null!];
    }

    private static TridiagonalKrylovShape Shape(torch.Tensor seed, long channels, double alpha, long length) =>
        TridiagonalKrylovShape.Of((int)seed.shape[1], (int)seed.shape[0], (int)channels, checked((int)length), alpha);

    private static unsafe TridiagonalKrylovData Data(IReadOnlyList<torch.Tensor> values, torch.Tensor states) => new()
    {
        Solved = values[0].AsPointer(),
        Multiplied = values[1].AsPointer(),
        Seed = values[2].AsPointer(),
        States = states.AsPointer(),
    };
}
