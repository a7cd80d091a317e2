using Microsoft.ML.Extensions.Numerics.Attention;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// <see cref="FusedAttention"/> as one differentiable operation: Float32 on the CPU.
/// Saved for the backward pass: scores, values, outputs and three numbers per head and step.
/// </summary>
internal sealed class FusedPrefixAttention : torch.autograd.MultiTensorFunction<FusedPrefixAttention>
{
    private const string ShapeKey = "shape";
    private const string LengthsKey = "lengths";

    public override string Name => nameof(FusedPrefixAttention);

    public static bool Serves(torch.Tensor tensor) =>
        tensor.device_type == DeviceType.CPU && tensor.dtype == torch.ScalarType.Float32;

    /// <param name="scores">s, <c>[B, T, Heads]</c>.</param>
    /// <param name="values">v, <c>[B, T, Heads, W]</c>.</param>
    /// <param name="lengths">Valid steps of each row; null stands for T.</param>
    public static torch.Tensor Run(torch.Tensor scores, torch.Tensor values, int[]? lengths)
    {
        if (!Serves(scores))
        {
            throw new NotSupportedException(
                $"The fused attention computes in Float32 on the CPU, and got {scores.dtype} on {scores.device}. Use the mode Auto.");
        }
        var size = values.shape;
        // Keeps the tensors of forward alive until apply saves them for the backward pass, which it does after forward has returned.
        using var scope = torch.NewDisposeScope();
        return apply(scores, values, new AttentionShape((int)size[0], (int)size[1], (int)size[2], (int)size[3]), lengths!)[0]
            .MoveToOuterDisposeScope();
    }

    public override unsafe List<torch.Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        var (scores, values) = (((torch.Tensor)vars[0]).contiguous(), ((torch.Tensor)vars[1]).contiguous());
        var (shape, lengths) = ((AttentionShape)vars[2], (int[]?)vars[3]);
        var outputs = torch.empty_like(values);
        var factors = torch.empty(shape.Batch, shape.Heads, shape.Steps, sizeof(StepFactors) / sizeof(float));
        fixed (int* steps = lengths)
        {
            FusedAttention.Forward(shape, Data(scores, values, outputs, factors, steps));
        }
        // TorchSharp fails where it has to create the gradient of an unused output.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([scores, values, outputs, factors]);
        ctx.save_data(ShapeKey, shape);
        ctx.save_data(LengthsKey, lengths!);
        return [outputs];
    }

    public override List<torch.Tensor> backward(AutogradContext ctx, List<torch.Tensor> grad_outputs) =>
        TorchMemory.Backward(4, () => Gradients(ctx, grad_outputs));

    private static unsafe List<torch.Tensor> Gradients(AutogradContext ctx, List<torch.Tensor> grad_outputs)
    {
        using var scope = torch.NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (scores, values, outputs, factors) = (saved[0], saved[1], saved[2], saved[3]);
        var gradOutputs = grad_outputs[0].IsInvalid ? torch.zeros_like(outputs) : grad_outputs[0].contiguous();
        var (gradScores, gradValues) = (torch.empty_like(scores), torch.empty_like(values));
        var gradients = new AttentionGradients
        {
            Outputs = gradOutputs.AsPointer(),
            Scores = gradScores.AsPointer(),
            Values = gradValues.AsPointer(),
        };
        fixed (int* steps = (int[]?)ctx.get_data(LengthsKey))
        {
            FusedAttention.Backward((AttentionShape)ctx.get_data(ShapeKey), Data(scores, values, outputs, factors, steps), gradients);
        }
        scope.MoveToOuter(gradScores, gradValues);
        return [gradScores, gradValues, null!, null!];
    }

    private static unsafe AttentionData Data(
        torch.Tensor scores, torch.Tensor values, torch.Tensor outputs, torch.Tensor factors, int* lengths) => new()
        {
            Scores = scores.AsPointer(),
            Values = values.AsPointer(),
            Lengths = lengths,
            Outputs = outputs.AsPointer(),
            Factors = (StepFactors*)factors.AsPointer(),
        };
}
