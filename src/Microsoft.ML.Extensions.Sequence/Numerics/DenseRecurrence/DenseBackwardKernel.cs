using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>
/// A block of rows from their last step to their first: the cell's adjoint, row by row, then a product with the matrix itself.
/// </summary>
internal static unsafe class DenseBackwardKernel<TCell, TLane>
    where TCell : struct, IDenseCell
    where TLane : struct, IFloatLane<TLane>
{
    public static void Run(DensePlan plan, DenseData data, DenseGradients gradients, PackedMatrices recurrent, int first, int count)
    {
        using Adjoints adjoints = new(plan.Shape.Channels, count);
        Begin(plan, gradients, adjoints, first, count);
        var active = 0;
        for (var s = plan.Length(first) - 1; s >= 0; s--)
        {
            while (active < count && plan.Length(first + active) > s)
            {
                active++;
            }
            for (var r = 0; r < active; r++)
            {
                Step(plan, data, gradients, adjoints, first + r, r, s);
            }
            if (plan.Shape.Cuts(s))
            {
                adjoints.Clear(active);
            }
            else
            {
                PackedProduct<TLane>.Run(
                    active, recurrent.At(s), adjoints.Slots, adjoints.SlotStride, adjoints.Products, adjoints.Channels);
            }
        }
        End(plan, gradients, adjoints, first, count);
    }

    private static void Begin(DensePlan plan, DenseGradients gradients, in Adjoints adjoints, int first, int count)
    {
        var channels = adjoints.Channels;
        adjoints.Clear(count);
        for (var r = 0; r < count; r++)
        {
            var from = plan.Row(first + r) * channels;
            Copy(gradients.LastHidden, from, adjoints.Hidden, r * channels, channels);
            Copy(gradients.LastCell, from, adjoints.Cell, r * channels, channels);
        }
    }

    private static void Step(
        DensePlan plan, DenseData data, DenseGradients gradients, in Adjoints adjoints, int place, int row, int step)
    {
        var channels = adjoints.Channels;
        var (at, initial) = (plan.Step(place, step), plan.Row(place) * channels);
        var before = step == 0 ? 0 : plan.Step(place, step - 1) * channels;
        DenseAdjointStep adjoint = new()
        {
            Channels = (int)channels,
            Slots = data.Slots + (at * TCell.Slots * channels),
            Peepholes = data.Peepholes,
            Hidden = data.Hidden + (at * channels),
            Cell = data.Cell + (at * channels),
            PreviousHidden = step == 0 ? data.InitialHidden + initial : data.Hidden + before,
            PreviousCell = step == 0 ? data.InitialCell + initial : data.Cell + before,
            GradOutput = gradients.Hidden + (at * channels),
            GradProducts = adjoints.Products + (row * channels),
            GradHidden = adjoints.Hidden + (row * channels),
            GradCell = adjoints.Cell + (row * channels),
            GradSlots = gradients.Slots + (at * TCell.Slots * channels),
            GradRecurrent = adjoints.Slots + (row * adjoints.SlotStride),
        };
        TCell.Backward<TLane>(adjoint);
        Copy(adjoint.PreviousHidden, 0, gradients.PreviousHidden, at * channels, channels);
        if (gradients.PreviousCell != null)
        {
            Copy(adjoint.PreviousCell, 0, gradients.PreviousCell, at * channels, channels);
        }
    }

    private static void End(DensePlan plan, DenseGradients gradients, in Adjoints adjoints, int first, int count)
    {
        var channels = adjoints.Channels;
        for (var r = 0; r < count; r++)
        {
            var (from, to) = (r * channels, plan.Row(first + r) * channels);
            for (nint c = 0; c < channels; c += TLane.Width)
            {
                TLane.Store(TLane.Load(adjoints.Hidden + from + c) + TLane.Load(adjoints.Products + from + c), gradients.InitialHidden + to
                    + c);
            }
            if (TCell.HasCell)
            {
                Copy(adjoints.Cell, from, gradients.InitialCell, to, channels);
            }
            DensePadding.Clear(plan, first + r, gradients.Slots, TCell.Slots);
            DensePadding.Clear(plan, first + r, gradients.PreviousHidden, 1);
            DensePadding.Clear(plan, first + r, gradients.PreviousCell, 1);
        }
    }

    private static void Copy(float* source, nint from, float* target, nint to, nint count)
    {
        if (source != null)
        {
            new Span<float>(source + from, (int)count).CopyTo(new(target + to, (int)count));
        }
    }

    /// <summary>The gradients that the rows of a block pass from a step to the previous one.</summary>
    private readonly struct Adjoints(int channels, int rows) : IDisposable
    {
        private readonly FloatBuffer _buffer = new(checked(rows * channels * (3 + TCell.RecurrentSlots)));

        public nint Channels => channels;

        public nint SlotStride => TCell.RecurrentSlots * (nint)channels;

        public float* Hidden => _buffer.Start;

        public float* Cell => Hidden + (rows * (nint)channels);

        public float* Products => Cell + (rows * (nint)channels);

        public float* Slots => Products + (rows * (nint)channels);

        public void Clear(int count)
        {
            var size = count * channels;
            new Span<float>(Hidden, size).Clear();
            new Span<float>(Cell, size).Clear();
            new Span<float>(Products, size).Clear();
        }

        public void Dispose() => _buffer.Dispose();
    }
}
