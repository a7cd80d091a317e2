using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// The recurrence as one differentiable operation over <see cref="FusedScan{TCell}"/>: Float32 on the CPU.
/// Saved for the backward pass: the products, the parameters and the states; the gates are recomputed.
/// </summary>
internal sealed class FusedRecurrence<TCell> : torch.autograd.MultiTensorFunction<FusedRecurrence<TCell>>
    where TCell : struct, IRecurrentCell<TCell>
{
    private const string ShapeKey = "shape";
    private const string LengthsKey = "lengths";

    public override string Name => $"FusedRecurrence_{typeof(TCell).Name}";

    public static bool Serves(torch.Tensor tensor) =>
        tensor.device_type == DeviceType.CPU && tensor.dtype == torch.ScalarType.Float32;

    public static RecurrentOutputs Run(RecurrentInputs inputs)
    {
        inputs.Validate<TCell>();
        if (!Serves(inputs.Products))
        {
            throw new NotSupportedException(
                $"The fused recurrence computes in Float32 on the CPU, and got {inputs.Products.dtype} on {inputs.Products.device}. Use the mode Auto.");
        }
        var shape = inputs.Shape;
        // Keeps the tensors of forward alive until apply saves them for the backward pass, which it does after forward has returned.
        using var scope = torch.NewDisposeScope();
        var initial = inputs.Initial ?? torch.zeros(TCell.States, shape.Batch, shape.Channels);
        var outputs = apply(inputs.Products, inputs.Parameters, initial, shape, inputs.Lengths!, inputs.WantsLast);
        outputs.ForEach(output => output.MoveToOuterDisposeScope());
        return new RecurrentOutputs(outputs[0], inputs.WantsLast ? outputs[1] : null);
    }

    public override unsafe List<torch.Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        var (products, parameters, initial) = (Contiguous(vars[0]), Contiguous(vars[1]), Contiguous(vars[2]));
        var (shape, lengths) = ((ScanShape)vars[3], (int[]?)vars[4]);
        var states = torch.empty(TCell.States, shape.Batch, shape.Steps, shape.Channels);
        var last = (bool)vars[5] ? torch.empty(TCell.States, shape.Batch, shape.Channels) : null;
        fixed (int* steps = lengths)
        {
            FusedScan<TCell>.Forward(shape, Data(products, parameters, initial, states, steps));
            if (last is not null)
            {
                ScanEnds.CopyLast(shape, TCell.States, steps, initial.AsPointer(), states.AsPointer(), last.AsPointer());
            }
        }
        // TorchSharp fails where it has to create the gradient of an unused output.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([products, parameters, initial, states]);
        ctx.save_data(ShapeKey, shape);
        ctx.save_data(LengthsKey, lengths!);
        var hidden = states.select(0, TCell.States - 1);
        return last is null ? [hidden] : [hidden, last];
    }

    public override List<torch.Tensor> backward(AutogradContext ctx, List<torch.Tensor> grad_outputs) =>
        TorchMemory.Backward(6, () => Gradients(ctx, grad_outputs));

    private static unsafe List<torch.Tensor> Gradients(AutogradContext ctx, List<torch.Tensor> grad_outputs)
    {
        using var scope = torch.NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (products, parameters, initial, states) = (saved[0], saved[1], saved[2], saved[3]);
        var (shape, lengths) = ((ScanShape)ctx.get_data(ShapeKey), (int[]?)ctx.get_data(LengthsKey));
        var output = Defined(grad_outputs[0]) ?? torch.zeros(shape.Batch, shape.Steps, shape.Channels);
        var last = grad_outputs.Count > 1 ? Defined(grad_outputs[1]) : null;
        var (dProducts, dParameters, dInitial) = (
            torch.empty_like(products), torch.empty_like(parameters), torch.empty_like(initial));
        var gradients = new ScanGradients
        {
            Output = output.AsPointer(),
            Last = last.AsPointerOrNull(),
            Inputs = dProducts.AsPointer(),
            Parameters = dParameters.AsPointer(),
            Initial = dInitial.AsPointer(),
        };
        fixed (int* steps = lengths)
        {
            FusedScan<TCell>.Backward(shape, Data(products, parameters, initial, states, steps), gradients);
        }
        scope.MoveToOuter(dProducts, dParameters, dInitial);
        return [dProducts, dParameters, dInitial, null!, null!, null!];
    }

    private static torch.Tensor? Defined(torch.Tensor gradient) => gradient.IsInvalid ? null : gradient.contiguous();

    private static torch.Tensor Contiguous(object tensor) => ((torch.Tensor)tensor).contiguous();

    private static unsafe ScanData Data(
        torch.Tensor products, torch.Tensor parameters, torch.Tensor initial, torch.Tensor states, int* lengths) => new()
        {
            Inputs = products.AsPointer(),
            Parameters = parameters.AsPointer(),
            Initial = initial.AsPointer(),
            Lengths = lengths,
            States = states.AsPointer(),
        };
}
