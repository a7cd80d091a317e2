using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The kernel of a diagonal system as one differentiable operation over <see cref="VandermondeKernel"/>: Float32 on the CPU.
/// Equal to <see cref="TensorVandermonde"/> up to rounding.
/// </summary>
internal sealed class FusedVandermonde : torch.autograd.MultiTensorFunction<FusedVandermonde>
{
    private const string ShapeKey = "shape";

    public override string Name => nameof(FusedVandermonde);

    /// <inheritdoc cref="TensorVandermonde.Kernel"/>
    public static torch.Tensor Kernel(torch.Tensor poles, torch.Tensor weights, long length)
    {
        // Keeps the tensors of forward alive until apply saves them for the backward pass, which it does after forward has returned.
        using var scope = torch.NewDisposeScope();
        var shape = new VandermondeShape((int)weights.shape[0], (int)weights.shape[1], (int)weights.shape[2], checked((int)length));
        return apply(poles.real, poles.imag, weights.real, weights.imag, shape)[0].MoveToOuterDisposeScope();
    }

    public override unsafe List<torch.Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        var values = vars.Take(4).Select(value => ((torch.Tensor)value).contiguous()).ToList();
        var shape = (VandermondeShape)vars[4];
        var kernel = torch.empty(shape.Features, shape.Channels, shape.Length);
        VandermondeKernel.Forward(shape, Data(values), kernel.AsPointer());
        ctx.set_materialize_grads(false);
        ctx.save_for_backward(values);
        ctx.save_data(ShapeKey, shape);
        return [kernel];
    }

    public override List<torch.Tensor> backward(AutogradContext ctx, List<torch.Tensor> grad_outputs) =>
        TorchMemory.Backward(5, () => Gradients(ctx, grad_outputs));

    private static unsafe List<torch.Tensor> Gradients(AutogradContext ctx, List<torch.Tensor> grad_outputs)
    {
        using var scope = torch.NewDisposeScope();
        var values = ctx.get_saved_variables();
        var gradients = values.Select(value => torch.empty_like(value)).ToList();
        VandermondeKernel.Backward(
            (VandermondeShape)ctx.get_data(ShapeKey), Data(values), grad_outputs[0].contiguous().AsPointer(), Data(gradients));
        gradients.ForEach(gradient => gradient.MoveToOuterDisposeScope());
        return [.. gradients, null!];
    }

    private static unsafe VandermondeData Data(IReadOnlyList<torch.Tensor> values) => new()
    {
        PoleReal = values[0].AsPointer(),
        PoleImaginary = values[1].AsPointer(),
        WeightReal = values[2].AsPointer(),
        WeightImaginary = values[3].AsPointer(),
    };
}
