using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Numerics.StateSpace;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>A block of rows through all steps: a product of their states with the packed matrix, then the cell, row by row.</summary>
internal static unsafe class DenseForwardKernel<TCell, TLane>
    where TCell : struct, IDenseCell
    where TLane : struct, IFloatLane<TLane>
{
    public static void Run(DensePlan plan, DenseData data, DenseMatrices matrices, int first, int count)
    {
        nint channels = plan.Shape.Channels;
        var products = TCell.RecurrentSlots * channels;
        using DenseInputs<TCell, TLane> inputs = new(plan, data, matrices.Input, first, count);
        using FloatBuffer buffer = new(count * (products + (2 * channels)));
        DenseStep step = new() { Channels = plan.Shape.Channels, Peepholes = data.Peepholes };
        var hidden = buffer.Start;
        var cell = hidden + (count * channels);
        var product = cell + (count * channels);
        Begin(plan, data, hidden, cell, first, count);
        var active = count;
        for (var s = 0; s < plan.Length(first); s++)
        {
            while (plan.Length(first + active - 1) <= s)
            {
                active--;
            }
            step.Bias = data.Bias + (s % plan.Shape.Turns * TCell.Slots * channels);
            inputs.Reach(s);
            PackedProduct<TLane>.Run(active, matrices.Recurrent.At(s), hidden, channels, product, products);
            for (var r = 0; r < active; r++)
            {
                var place = plan.Step(first + r, s);
                step.Inputs = inputs.At(s, r);
                step.Slots = data.Slots == null ? step.Inputs : data.Slots + (place * TCell.Slots * channels);
                step.Products = product + (r * products);
                step.HiddenState = hidden + (r * channels);
                step.CellState = cell + (r * channels);
                step.Hidden = data.Hidden + (place * channels);
                step.Cell = data.Cell == null ? step.CellState : data.Cell + (place * channels);
                TCell.Forward<TLane>(step);
            }
        }
        if (data.Starts == null)
        {
            ClearPadding(plan, data, first, count);
        }
    }

    private static void Begin(DensePlan plan, DenseData data, float* hidden, float* cell, int first, int count)
    {
        nint channels = plan.Shape.Channels;
        for (var r = 0; r < count; r++)
        {
            var from = plan.Row(first + r) * channels;
            Copy(data.InitialHidden + from, hidden + (r * channels), channels);
            if (TCell.HasCell)
            {
                Copy(data.InitialCell + from, cell + (r * channels), channels);
            }
        }
    }

    private static void ClearPadding(DensePlan plan, DenseData data, int first, int count)
    {
        for (var place = first; place < first + count; place++)
        {
            DensePadding.Clear(plan, place, data.Hidden, 1);
            DensePadding.Clear(plan, place, data.Cell, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* source, float* target, nint count) =>
        new Span<float>(source, (int)count).CopyTo(new(target, (int)count));
}
