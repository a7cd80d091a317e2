using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Numerics.StepProducts;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>
/// The products and the recurrences of a cell in one or both directions as one differentiable operation, in Float32 on the CPU: <c>[B, T, D]</c>
/// to the states of the directions side by side, <c>[B, T, n * H]</c>, zero in the padding.
/// </summary>
/// <remarks>Equal to <see cref="FusedProduct"/> and <see cref="FusedRecurrence{TCell}"/> of each direction, one after the other.</remarks>
internal sealed class FusedCellScans<TCell> : torch.autograd.SingleTensorFunction<FusedCellScans<TCell>>
    where TCell : struct, IRecurrentCell<TCell>
{
    private const string SavedKey = "saved";

    public override string Name => $"FusedCellScans_{typeof(TCell).Name}";

    /// <param name="steps">The steps.</param>
    /// <param name="directions">Weights <c>[Heads, D / Heads, G, H / Heads]</c> and parameters <c>[P + G, H]</c> of each direction.</param>
    /// <param name="shape">The sizes; the first direction is its own, the second the opposite.</param>
    /// <param name="lengths">The valid steps of each row; null where all are.</param>
    public static torch.Tensor Run(
        torch.Tensor steps, IReadOnlyList<(torch.Tensor Weights, torch.Tensor Parameters)> directions, ScanShape shape, int[]? lengths)
    {
        using var scope = torch.NewDisposeScope();
        object[] arguments = [shape, lengths!, steps, .. directions.SelectMany(own => new[] { own.Weights, own.Parameters })];
        return apply(arguments).MoveToOuterDisposeScope();
    }

    public override unsafe torch.Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (shape, lengths) = ((ScanShape)vars[0], (int[]?)vars[1]);
        var tensors = vars.Skip(2).Select(tensor => ((torch.Tensor)tensor).contiguous()).ToArray();
        Sizes sizes = new(shape, tensors);
        var output = torch.empty(shape.Batch, shape.Steps, (long)sizes.Directions * shape.Channels);
        var saved = new Saved(shape, lengths, new KeptFloats[sizes.Directions], new KeptFloats[sizes.Directions]);
        for (var direction = 0; direction < sizes.Directions; direction++)
        {
            var (products, states) = (new KeptFloats(sizes.Count * sizes.Gates), new KeptFloats(sizes.Count * shape.Channels * TCell.States));
            (saved.Products[direction], saved.States[direction]) = (products, states);
            for (var head = 0; head < shape.Heads; head++)
            {
                MatrixProducts.Multiply(
                    (int)sizes.Count, sizes.Steps(tensors[0], head), sizes.Inputs, sizes.Weight(tensors, direction, head),
                    products.Start + (head * shape.HeadStride(TCell.Gates)), sizes.HeadGates);
            }
            fixed (int* valid = lengths)
            {
                FusedScan<TCell>.Forward(sizes.Shape(direction), Data(saved, tensors, direction, valid));
            }
            var last = states.Start + ((TCell.States - 1) * shape.StateStride);
            var target = output.AsPointer() + (direction * shape.Channels);
            for (nint step = 0; step < sizes.Count; step++)
            {
                new ReadOnlySpan<float>(last + (step * shape.Channels), shape.Channels)
                    .CopyTo(new Span<float>(target + (step * sizes.Directions * shape.Channels), shape.Channels));
            }
        }
        ctx.save_for_backward([.. tensors]);
        ctx.save_data(SavedKey, saved);
        return output;
    }

    public override List<torch.Tensor> backward(AutogradContext ctx, torch.Tensor grad_output)
    {
        var saved = (Saved)ctx.get_data(SavedKey);
        return TorchMemory.Backward(3 + (2 * saved.Products.Length), () => Gradients(ctx, saved, grad_output));
    }

    private static unsafe List<torch.Tensor> Gradients(AutogradContext ctx, Saved saved, torch.Tensor grad_output)
    {
        using var scope = torch.NewDisposeScope();
        var tensors = ctx.get_saved_variables().ToArray();
        var shape = saved.Shape;
        Sizes sizes = new(shape, tensors);
        var (count, channels) = ((int)sizes.Count, shape.Channels);
        var outer = grad_output.contiguous();
        var gradients = tensors.Select(tensor => torch.empty_like(tensor)).ToList();
        using FloatBuffer states = new(sizes.Count * channels);
        using FloatBuffer products = new(sizes.Count * sizes.Gates);
        using FloatBuffer across = new(sizes.Count * sizes.Inputs);
        using FloatBuffer other = new(sizes.Directions > 1 ? sizes.Count * sizes.Inputs : 0);
        MatrixProducts.Transpose(count, sizes.Inputs, tensors[0].AsPointer(), sizes.Inputs, across.Start, count);
        for (var direction = 0; direction < sizes.Directions; direction++)
        {
            var own = outer.AsPointer() + (direction * channels);
            for (nint step = 0; step < count; step++)
            {
                new ReadOnlySpan<float>(own + (step * sizes.Directions * channels), channels)
                    .CopyTo(new Span<float>(states.Start + (step * channels), channels));
            }
            var initial = torch.empty(TCell.States, shape.Batch, channels);
            fixed (int* valid = saved.Lengths)
            {
                FusedScan<TCell>.Backward(sizes.Shape(direction), Data(saved, tensors, direction, valid), new ScanGradients
                {
                    Output = states.Start,
                    Inputs = products.Start,
                    Parameters = gradients[2 + (2 * direction)].AsPointer(),
                    Initial = initial.AsPointer(),
                });
            }
            saved.Products[direction].Dispose();
            saved.States[direction].Dispose();
            var target = direction == 0 ? gradients[0].AsPointer() : other.Start;
            for (var head = 0; head < shape.Heads; head++)
            {
                var gates = products.Start + (head * shape.HeadStride(TCell.Gates));
                var first = head * sizes.HeadInputs;
                MatrixProducts.Multiply(
                    count, gates, sizes.HeadGates, sizes.Weight(tensors, direction, head).Transposed, target + first, sizes.Inputs);
                MatrixProducts.MultiplyTransposed(
                    new MatrixView(across.Start + ((nint)first * count), count, sizes.HeadInputs, 1, count),
                    MatrixView.Of(gates, count, sizes.HeadGates),
                    gradients[1 + (2 * direction)].AsPointer() + ((nint)first * sizes.HeadGates));
            }
            if (direction > 0)
            {
                LaneKernels.Default.AddScaled((nint)sizes.Count * sizes.Inputs, 1, other.Start, gradients[0].AsPointer());
            }
        }
        gradients.ForEach(gradient => gradient.MoveToOuterDisposeScope());
        return [null!, null!, .. gradients];
    }

    private static unsafe ScanData Data(Saved saved, torch.Tensor[] tensors, int direction, int* lengths) => new()
    {
        Inputs = saved.Products[direction].Start,
        Parameters = tensors[2 + (2 * direction)].AsPointer(),
        Lengths = lengths,
        States = saved.States[direction].Start,
    };

    private sealed record Saved(ScanShape Shape, int[]? Lengths, KeptFloats[] Products, KeptFloats[] States);

    // Of the steps and, for each direction, weights and parameters.
    private readonly unsafe struct Sizes(ScanShape shape, torch.Tensor[] tensors)
    {
        public long Count => (long)shape.Batch * shape.Steps;

        public int Directions => tensors.Length / 2;

        public int Inputs { get; } = (int)tensors[0].shape[2];

        public int HeadInputs => Inputs / shape.Heads;

        public int Gates => TCell.Gates * shape.Channels;

        public int HeadGates => TCell.Gates * shape.HeadChannels;

        public ScanShape Shape(int direction) => shape with { Reverse = direction == 0 ? shape.Reverse : !shape.Reverse };

        public float* Steps(torch.Tensor steps, int head) => steps.AsPointer() + (head * HeadInputs);

        // [D / Heads, G * H / Heads].
        public MatrixView Weight(torch.Tensor[] all, int direction, int head) => MatrixView.Of(
            all[1 + (2 * direction)].AsPointer() + ((nint)head * HeadInputs * HeadGates), HeadInputs, HeadGates);
    }
}
