using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A whole recurrent layer as one differentiable operation: one product for the inputs of all steps, <see cref="FusedDenseScan{TCell}"/>,
/// and on the way back one product a matrix for the gradients. Float32 on the CPU.
/// </summary>
internal sealed class FusedDenseRecurrence<TCell> : torch.autograd.MultiTensorFunction<FusedDenseRecurrence<TCell>>
    where TCell : struct, IDenseCell
{
    private const string ShapeKey = "shape";
    private const string LengthsKey = "lengths";

    public override string Name => $"FusedDenseRecurrence_{typeof(TCell).Name}";

    private static int States => TCell.HasCell ? 2 : 1;

    /// <param name="run">The inputs.</param>
    /// <param name="recurrent">The recurrent matrix with its slots in the cell's order, [RecurrentSlots H, H].</param>
    /// <param name="bias">One a slot, [Slots H].</param>
    public static RecurrentOutputs Run(RecurrentRun run, torch.Tensor recurrent, torch.Tensor bias)
    {
        run.Validate(States);
        // Holds what forward makes until apply, which saves it for the way back only after forward has returned.
        using var scope = torch.NewDisposeScope();
        long channels = run.Weights.Channels, padded = FusedDenseScan<TCell>.Padded((int)channels);
        var outputs = apply(
            run.Sequence,
            Pad(run.Weights.Input, channels, padded, padsColumns: false),
            Pad(recurrent, channels, padded, padsColumns: true),
            Pad(bias.unsqueeze(-1), channels, padded, padsColumns: false).squeeze(-1),
            Widen(run.Weights.Peepholes, padded)!,
            Widen(run.InitialOrZero(States), padded)!,
            run.Shape with { Channels = (int)padded }, run.Lengths!, run.WantsLast);
        var hidden = outputs[0].narrow(-1, 0, channels).MoveToOuterDisposeScope();
        return new RecurrentOutputs(hidden, run.WantsLast ? outputs[1].narrow(-1, 0, channels).MoveToOuterDisposeScope() : null);
    }

    public override unsafe List<torch.Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        using var noGrad = torch.no_grad();
        var (sequence, input) = (Contiguous(vars[0]), Contiguous(vars[1]));
        var (recurrent, bias) = (Contiguous(vars[2]), Contiguous(vars[3]));
        var (peepholes, initial) = (vars[4] is null ? null : Contiguous(vars[4]), Contiguous(vars[5]));
        var (shape, lengths) = ((DenseShape)vars[6], (int[]?)vars[7]);
        var slots = Products(sequence, input, shape);
        var hidden = torch.empty(shape.Batch, shape.Steps, shape.Channels);
        var cell = TCell.HasCell ? torch.empty_like(hidden) : null;
        fixed (int* steps = lengths)
        {
            FusedDenseScan<TCell>.Forward(shape, Data(slots, recurrent, bias, peepholes, initial, hidden, cell, steps));
        }
        // TorchSharp fails where it is to make up the gradient of an unused output.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward(
            [sequence, input, recurrent, bias, initial, slots, hidden, .. Some(cell), .. Some(peepholes)]);
        ctx.save_data(ShapeKey, shape);
        ctx.save_data(LengthsKey, lengths!);
        return (bool)vars[8] ? [hidden, Last(shape, lengths, initial, hidden, cell)] : [hidden];
    }

    public override unsafe List<torch.Tensor> backward(AutogradContext ctx, List<torch.Tensor> grad_outputs)
    {
        using var scope = torch.NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (sequence, input, recurrent, bias) = (saved[0], saved[1], saved[2], saved[3]);
        var (initial, slots, hidden) = (saved[4], saved[5], saved[6]);
        var cell = TCell.HasCell ? saved[7] : null;
        var peepholes = saved.Count > 7 + (States - 1) ? saved[^1] : null;
        var (shape, lengths) = ((DenseShape)ctx.get_data(ShapeKey), (int[]?)ctx.get_data(LengthsKey));
        var output = Defined(grad_outputs[0]) ?? torch.zeros_like(hidden);
        var last = grad_outputs.Count > 1 ? Defined(grad_outputs[1]) : null;
        var (dSlots, before, dInitial) = (torch.empty_like(slots), torch.empty_like(hidden), torch.empty_like(initial));
        var cellBefore = peepholes is null ? null : torch.empty_like(hidden);
        nint state = (nint)shape.Batch * shape.Channels;
        DenseGradients gradients = new()
        {
            Hidden = output.AsPointer(),
            LastHidden = Pointer(last),
            LastCell = TCell.HasCell && last is not null ? last.AsPointer() + state : null,
            Slots = dSlots.AsPointer(),
            PreviousHidden = before.AsPointer(),
            PreviousCell = Pointer(cellBefore),
            InitialHidden = dInitial.AsPointer(),
            InitialCell = TCell.HasCell ? dInitial.AsPointer() + state : null,
        };
        fixed (int* steps = lengths)
        {
            FusedDenseScan<TCell>.Backward(shape, Data(slots, recurrent, bias, peepholes, initial, hidden, cell, steps), gradients);
        }
        var (inputSlots, recurrentSlots) = (InputPart(dSlots, shape), dSlots.narrow(1, 0, TCell.RecurrentSlots * shape.Channels));
        var dSequence = inputSlots.mm(input).view(sequence.shape);
        var dInput = inputSlots.t().mm(sequence.view(-1, sequence.shape[2]));
        var dRecurrent = recurrentSlots.t().mm(before.view(-1, shape.Channels));
        var dBias = dSlots.sum(dim: 0);
        var dPeepholes = cellBefore is null ? null : PeepholeGradient(dSlots.view(-1, TCell.Slots, shape.Channels), cellBefore, cell!);
        scope.MoveToOuter(dSequence, dInput, dRecurrent, dBias, dInitial);
        dPeepholes?.MoveToOuterDisposeScope();
        return [dSequence, dInput, dRecurrent, dBias, dPeepholes!, dInitial, null!, null!, null!];
    }

    // W_x x_t of all steps, [B T, Slots H]; the slots without input stay unwritten.
    private static torch.Tensor Products(torch.Tensor sequence, torch.Tensor input, DenseShape shape)
    {
        var slots = torch.empty((long)shape.Batch * shape.Steps, (long)TCell.Slots * shape.Channels);
        InputPart(slots, shape).addmm_(sequence.view(-1, sequence.shape[2]), input.t(), 0, 1);
        return slots;
    }

    private static torch.Tensor InputPart(torch.Tensor slots, DenseShape shape) =>
        slots.narrow(1, (TCell.Slots - TCell.InputSlots) * shape.Channels, TCell.InputSlots * shape.Channels);

    private static torch.Tensor PeepholeGradient(torch.Tensor dSlots, torch.Tensor before, torch.Tensor after)
    {
        var (old, now) = (before.view(-1, before.shape[2]), after.view(-1, after.shape[2]));
        return torch.stack([
            (dSlots.select(1, 0) * old).sum(dim: 0), (dSlots.select(1, 1) * old).sum(dim: 0), (dSlots.select(1, 3) * now).sum(dim: 0)]);
    }

    // The state after each row's last step, [S, B, H].
    private static unsafe torch.Tensor Last(DenseShape shape, int[]? lengths, torch.Tensor initial, torch.Tensor hidden, torch.Tensor? cell)
    {
        var last = torch.empty_like(initial);
        nint state = (nint)shape.Batch * shape.Channels;
        fixed (int* steps = lengths)
        {
            DenseEnds.CopyLast(shape, steps, initial.AsPointer(), hidden.AsPointer(), last.AsPointer());
            if (cell is not null)
            {
                DenseEnds.CopyLast(shape, steps, initial.AsPointer() + state, cell.AsPointer(), last.AsPointer() + state);
            }
        }
        return last;
    }

    // [slots H, K] with H, and where K is H too with K, filled up by zeros.
    private static torch.Tensor Pad(torch.Tensor matrix, long channels, long padded, bool padsColumns)
    {
        if (padded == channels)
        {
            return matrix;
        }
        long more = padded - channels, columns = matrix.shape[1];
        return torch.nn.functional.pad(matrix.view(-1, channels, columns), [0, padsColumns ? more : 0, 0, more])
            .view(-1, padsColumns ? padded : columns);
    }

    private static torch.Tensor? Widen(torch.Tensor? tensor, long padded) =>
        tensor is null || tensor.shape[^1] == padded ? tensor : torch.nn.functional.pad(tensor, [0, padded - tensor.shape[^1]]);

    private static torch.Tensor? Defined(torch.Tensor gradient) => gradient.IsInvalid ? null : gradient.contiguous();

    private static torch.Tensor Contiguous(object tensor) => ((torch.Tensor)tensor).contiguous();

    private static torch.Tensor[] Some(torch.Tensor? tensor) => tensor is null ? [] : [tensor];

    private static unsafe float* Pointer(torch.Tensor? tensor) => tensor is null ? null : tensor.AsPointer();

    private static unsafe DenseData Data(
        torch.Tensor slots, torch.Tensor recurrent, torch.Tensor bias, torch.Tensor? peepholes, torch.Tensor initial, torch.Tensor hidden,
        torch.Tensor? cell, int* lengths) => new()
        {
            Slots = slots.AsPointer(),
            Recurrent = recurrent.AsPointer(),
            Bias = bias.AsPointer(),
            Peepholes = Pointer(peepholes),
            InitialHidden = initial.AsPointer(),
            InitialCell = TCell.HasCell ? initial.AsPointer() + (initial.numel() / 2) : null,
            Lengths = lengths,
            Hidden = hidden.AsPointer(),
            Cell = Pointer(cell),
        };
}
