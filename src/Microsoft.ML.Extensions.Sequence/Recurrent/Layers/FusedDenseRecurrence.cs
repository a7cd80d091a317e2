using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics.DenseRecurrence;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A whole recurrent layer as one differentiable operation: <see cref="FusedDenseScan{TCell}"/> over all steps, and in the backward pass one product per matrix for the gradients. Float32 on the CPU.
/// A cell whose step is several of <typeparamref name="TCell"/> provides the products of its inputs, and alternating matrices.
/// </summary>
internal sealed class FusedDenseRecurrence<TCell> : torch.autograd.MultiTensorFunction<FusedDenseRecurrence<TCell>>
    where TCell : struct, IDenseCell
{
    private const string ShapeKey = "shape";
    private const string LengthsKey = "lengths";
    private const string MultipliesKey = "multiplies";

    public override string Name => $"FusedDenseRecurrence_{typeof(TCell).Name}";

    private static int States => TCell.HasCell ? 2 : 1;

    /// <param name="run">The inputs.</param>
    /// <param name="recurrent">The recurrent matrix with its slots in the cell's order, [RecurrentSlots H, H].</param>
    /// <param name="bias">One per slot, [Slots H].</param>
    public static RecurrentOutputs Run(RecurrentRun run, torch.Tensor recurrent, torch.Tensor bias)
    {
        run.Validate(States);
        using var scope = torch.NewDisposeScope();
        long channels = run.Weights.Channels;
        return Run(run, run.Sequence, Pad(run.Weights.Input, channels, Padded(channels), padsColumns: false), recurrent, bias, 1)
            .MoveToOuterDisposeScope();
    }

    /// <param name="run">Lengths, direction, truncation and initial state.</param>
    /// <param name="products">W_x x, [B, Turns T, Slots H], zero where a turn has no input.</param>
    /// <param name="recurrent">The alternating matrices, [Turns RecurrentSlots H, H].</param>
    /// <param name="bias">Theirs, [Turns Slots H].</param>
    /// <param name="turns">Their number.</param>
    public static RecurrentOutputs RunInTurns(RecurrentRun run, torch.Tensor products, torch.Tensor recurrent, torch.Tensor bias, int turns)
    {
        using var scope = torch.NewDisposeScope();
        var lengths = run.Lengths?.Select(length => turns * length).ToArray();
        return Run(
            run with { Lengths = lengths, Truncation = turns * run.Truncation }, Widen(products, Padded(run.Weights.Channels))!, null,
                recurrent, bias, turns)
            .MoveToOuterDisposeScope();
    }

    private static RecurrentOutputs Run(
        RecurrentRun run, torch.Tensor sequence, torch.Tensor? input, torch.Tensor recurrent, torch.Tensor bias, int turns)
    {
        // Keeps the tensors of forward alive until apply saves them for the backward pass, which it does after forward has returned.
        using var scope = torch.NewDisposeScope();
        long channels = run.Weights.Channels, padded = Padded(channels);
        var outputs = apply(
            sequence,
            input!,
            Pad(recurrent, channels, padded, padsColumns: true),
            Pad(bias.unsqueeze(-1), channels, padded, padsColumns: false).squeeze(-1),
            Widen(run.Weights.Peepholes, padded)!,
            Widen(run.InitialOrZero(States), padded)!,
            run.Shape with { Steps = (int)sequence.shape[1], Channels = (int)padded, Turns = turns }, run.Lengths!, run.WantsLast);
        return new RecurrentOutputs(outputs[0].narrow(-1, 0, channels), run.WantsLast ? outputs[1].narrow(-1, 0, channels) : null)
            .MoveToOuterDisposeScope();
    }

    public override unsafe List<torch.Tensor> forward(AutogradContext ctx, params object[] vars)
    {
        using var noGrad = torch.no_grad();
        var (sequence, input) = (Contiguous(vars[0]), vars[1] is null ? null : Contiguous(vars[1]));
        var (recurrent, bias) = (Contiguous(vars[2]), Contiguous(vars[3]));
        var (peepholes, initial) = (vars[4] is null ? null : Contiguous(vars[4]), Contiguous(vars[5]));
        var (shape, lengths) = ((DenseShape)vars[6], (int[]?)vars[7]);
        var slots = TCell.KeepsSlots ? torch.empty(shape.Batch, shape.Steps, (long)TCell.Slots * shape.Channels) : null;
        var hidden = torch.empty(shape.Batch, shape.Steps, shape.Channels);
        var cell = TCell.HasCell ? torch.empty_like(hidden) : null;
        fixed (int* steps = lengths)
        {
            var data = Data(slots, recurrent, bias, peepholes, initial, hidden, cell, steps);
            if (input is null)
            {
                data.InputProducts = sequence.AsPointer();
            }
            else
            {
                data.Input = sequence.AsPointer();
                data.InputMatrix = input.AsPointer();
                data.InputSize = (int)input.shape[1];
            }
            FusedDenseScan<TCell>.Forward(shape, data);
        }
        // TorchSharp fails where it has to create the gradient of an unused output.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward(
            [recurrent, bias, initial, hidden, .. Some(slots), .. Some(cell), .. input is null ? []
                : new[] { sequence, input }, .. Some(peepholes)]);
        ctx.save_data(MultipliesKey, input is not null);
        ctx.save_data(ShapeKey, shape);
        ctx.save_data(LengthsKey, lengths!);
        return (bool)vars[8] ? [hidden, Last(shape, lengths, initial, hidden, cell)] : [hidden];
    }

    public override List<torch.Tensor> backward(AutogradContext ctx, List<torch.Tensor> grad_outputs) =>
        TorchMemory.Backward(9, () => Gradients(ctx, grad_outputs));

    private static unsafe List<torch.Tensor> Gradients(AutogradContext ctx, List<torch.Tensor> grad_outputs)
    {
        using var scope = torch.NewDisposeScope();
        Queue<torch.Tensor> saved = new(ctx.get_saved_variables());
        var (recurrent, bias) = (saved.Dequeue(), saved.Dequeue());
        var (initial, hidden) = (saved.Dequeue(), saved.Dequeue());
        var slots = TCell.KeepsSlots ? saved.Dequeue() : null;
        var cell = TCell.HasCell ? saved.Dequeue() : null;
        var (sequence, input) = (bool)ctx.get_data(MultipliesKey) ? (saved.Dequeue(), saved.Dequeue()) : (null, null);
        var peepholes = saved.TryDequeue(out var last) ? last : null;
        var (shape, lengths) = ((DenseShape)ctx.get_data(ShapeKey), (int[]?)ctx.get_data(LengthsKey));
        var output = Defined(grad_outputs[0]) ?? torch.zeros_like(hidden);
        var dLast = grad_outputs.Count > 1 ? Defined(grad_outputs[1]) : null;
        var dSlots = torch.empty((long)shape.Batch * shape.Steps, (long)TCell.Slots * shape.Channels);
        var (before, dInitial) = (torch.empty_like(hidden), torch.empty_like(initial));
        var cellBefore = peepholes is null ? null : torch.empty_like(hidden);
        nint state = (nint)shape.Batch * shape.Channels;
        DenseGradients gradients = new()
        {
            Hidden = output.AsPointer(),
            LastHidden = dLast.AsPointerOrNull(),
            LastCell = TCell.HasCell && dLast is not null ? dLast.AsPointer() + state : null,
            Slots = dSlots.AsPointer(),
            PreviousHidden = before.AsPointer(),
            PreviousCell = cellBefore.AsPointerOrNull(),
            InitialHidden = dInitial.AsPointer(),
            InitialCell = TCell.HasCell ? dInitial.AsPointer() + state : null,
        };
        fixed (int* steps = lengths)
        {
            FusedDenseScan<TCell>.Backward(shape, Data(slots, recurrent, bias, peepholes, initial, hidden, cell, steps), gradients);
        }
        var (inputSlots, recurrentSlots) = (InputPart(dSlots, shape), dSlots.narrow(1, 0, TCell.RecurrentSlots * shape.Channels));
        var dSequence = input is null ? dSlots.view(shape.Batch, shape.Steps, -1) : StepTensors.Product(inputSlots, dSlots, input).view(sequence!.shape);
        var dInput = input is null ? null : StepTensors.TransposedProduct(
            inputSlots, dSlots, sequence!.view(-1, sequence.shape[2]), sequence);
        var dRecurrent = torch.cat(
            [.. InTurns(recurrentSlots, shape).Zip(InTurns(before.view(-1, shape.Channels), shape), (d, state) => StepTensors.TransposedProduct(d, dSlots, state, before))]);
        var dBias = torch.cat([.. InTurns(dSlots, shape).Select(d => d.sum(dim: 0))]);
        var dPeepholes = cellBefore is null ? null : PeepholeGradient(dSlots.view(-1, TCell.Slots, shape.Channels), cellBefore, cell!);
        scope.MoveToOuter(dSequence, dRecurrent, dBias, dInitial);
        dInput?.MoveToOuterDisposeScope();
        dPeepholes?.MoveToOuterDisposeScope();
        return [dSequence, dInput!, dRecurrent, dBias, dPeepholes!, dInitial, null!, null!, null!];
    }

    private static torch.Tensor InputPart(torch.Tensor slots, DenseShape shape) =>
        slots.narrow(1, (TCell.Slots - TCell.InputSlots) * shape.Channels, TCell.InputSlots * shape.Channels);

    // [B T, K]: of each turn the steps that are its own.
    private static IEnumerable<torch.Tensor> InTurns(torch.Tensor values, DenseShape shape) => Enumerable.Range(0, shape.Turns)
        .Select(turn => values.view(-1, shape.Turns, values.shape[1]).select(1, shape.Reverse ? shape.Turns - 1 - turn : turn));

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

    private static long Padded(long channels) => FusedDenseScan<TCell>.Padded((int)channels);

    private static torch.Tensor? Defined(torch.Tensor gradient) => gradient.IsInvalid ? null : gradient.contiguous();

    private static torch.Tensor Contiguous(object tensor) => ((torch.Tensor)tensor).contiguous();

    private static torch.Tensor[] Some(torch.Tensor? tensor) => tensor is null ? [] : [tensor];

    private static unsafe DenseData Data(
        torch.Tensor? slots, torch.Tensor recurrent, torch.Tensor bias, torch.Tensor? peepholes, torch.Tensor initial, torch.Tensor hidden,
        torch.Tensor? cell, int* lengths) => new()
        {
            Slots = slots.AsPointerOrNull(),
            Recurrent = recurrent.AsPointer(),
            Bias = bias.AsPointer(),
            Peepholes = peepholes.AsPointerOrNull(),
            InitialHidden = initial.AsPointer(),
            InitialCell = TCell.HasCell ? initial.AsPointer() + (initial.numel() / 2) : null,
            Lengths = lengths,
            Hidden = hidden.AsPointer(),
            Cell = cell.AsPointerOrNull(),
        };
}
