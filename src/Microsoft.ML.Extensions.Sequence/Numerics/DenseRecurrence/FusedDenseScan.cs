using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>
/// The recurrence of a cell with dense matrices on all cores: rows are independent, so a thread takes some of them through all steps,
/// their states in the cache, with no barrier between the steps.
/// </summary>
internal static unsafe class FusedDenseScan<TCell> where TCell : struct, IDenseCell
{
    /// <summary>The number of channels to pad to: a multiple of the widest lane that the channels fill at least by half.</summary>
    public static int Padded(int channels)
    {
        var width = (int)LaneWidths.Widest;
        while (width > (int)LaneWidth.Four && width / 2 >= channels)
        {
            width /= 2;
        }
        return (channels + width - 1) / width * width;
    }

    /// <summary>Fills <see cref="DenseData.Hidden"/>, <see cref="DenseData.Cell"/> and <see cref="DenseData.Slots"/>.</summary>
    public static void Forward(DenseShape shape, DenseData data) => Forward(shape, data, Execution(shape));

    public static void Forward(DenseShape shape, DenseData data, ScanExecution execution)
    {
        DensePlan plan = new(shape, TCell.RecurrentSlots, data.Lengths, execution);
        var (width, channels) = (Width(shape.Channels, execution), shape.Channels);
        using var packed = Pack(data, shape.Turns, channels, execution, isKept: false);
        var run = ForwardOf(width);
        var matrices = packed;
        plan.Run((first, count) => run(plan, data, matrices, first, count));
    }

    /// <summary>The matrices in the order of the products, for many calls of forward where they are kept.</summary>
    /// <param name="data">The recurrent matrices, and that of the inputs.</param>
    /// <param name="turns">Turns.</param>
    /// <param name="channels">H.</param>
    /// <param name="execution">The width of lanes.</param>
    /// <param name="isKept">Whether the garbage collector frees them.</param>
    public static DenseMatrices Pack(DenseData data, int turns, int channels, ScanExecution execution, bool isKept)
    {
        var width = (int)Width(channels, execution);
        return new DenseMatrices(
            PackedMatrices.Of(data.Recurrent, turns, channels, TCell.RecurrentSlots * channels, (1, channels), width, isKept),
            data.InputMatrix == null ? null
                : PackedMatrix.Of(data.InputMatrix, data.InputSize, TCell.InputSlots * channels, 1, data.InputSize, width, isKept));
    }

    /// <summary>As <see cref="Forward(DenseShape, DenseData)"/> on this thread, for rows without padding.</summary>
    /// <param name="plan">A plan whose memory is used again.</param>
    /// <param name="shape">The sizes; steps do not count.</param>
    /// <param name="data">The memory.</param>
    /// <param name="matrices">The matrices.</param>
    /// <param name="execution">The width of lanes.</param>
    public static void Forward(DensePlan plan, DenseShape shape, DenseData data, DenseMatrices matrices, ScanExecution execution)
    {
        plan.Set(shape, TCell.RecurrentSlots, null, execution with { Threads = 1 }, data.Starts);
        Forward(plan, data, matrices, execution);
    }

    /// <summary>The same with a plan that is set already.</summary>
    public static void Forward(DensePlan plan, DenseData data, DenseMatrices matrices, ScanExecution execution)
    {
        var run = ForwardOf(Width(plan.Shape.Channels, execution));
        for (var first = 0; first < plan.Shape.Batch; first += plan.RowsPerBlock)
        {
            run(plan, data, matrices, first, Math.Min(plan.RowsPerBlock, plan.Shape.Batch - first));
        }
    }

    private static ScanExecution Execution(DenseShape shape) =>
        ScanExecution.For(2.0 * TCell.RecurrentSlots * shape.Batch * shape.Steps * shape.Channels * shape.Channels);

    /// <summary>Fills the gradients from what <see cref="Forward(DenseShape, DenseData)"/> left.</summary>
    public static void Backward(DenseShape shape, DenseData data, DenseGradients gradients) =>
        Backward(shape, data, gradients, Execution(shape));

    public static void Backward(DenseShape shape, DenseData data, DenseGradients gradients, ScanExecution execution)
    {
        DensePlan plan = new(shape, TCell.RecurrentSlots, data.Lengths, execution);
        var (width, channels) = (Width(shape.Channels, execution), shape.Channels);
        using var recurrent = PackedMatrices.Of(
            data.Recurrent, shape.Turns, TCell.RecurrentSlots * channels, channels, (channels, 1), (int)width);
        var run = BackwardOf(width);
        var matrices = recurrent;
        plan.Run((first, count) => run(plan, data, gradients, matrices, first, count));
    }

    private delegate void ForwardRun(DensePlan plan, DenseData data, DenseMatrices matrices, int first, int count);

    private delegate void BackwardRun(
        DensePlan plan, DenseData data, DenseGradients gradients, PackedMatrices recurrent, int first, int count);

    // The widest lane that divides the channels.
    private static LaneWidth Width(int channels, ScanExecution execution)
    {
        var width = (int)execution.Width;
        while (channels % width != 0)
        {
            width /= 2;
        }
        return width < (int)LaneWidth.Four ? LaneWidth.Scalar : (LaneWidth)width;
    }

    private static ForwardRun ForwardOf(LaneWidth width) => width switch
    {
        LaneWidth.Sixteen => DenseForwardKernel<TCell, Lane512>.Run,
        LaneWidth.Eight => DenseForwardKernel<TCell, Lane256>.Run,
        LaneWidth.Four => DenseForwardKernel<TCell, Lane128>.Run,
        _ => DenseForwardKernel<TCell, ScalarLane>.Run,
    };

    private static BackwardRun BackwardOf(LaneWidth width) => width switch
    {
        LaneWidth.Sixteen => DenseBackwardKernel<TCell, Lane512>.Run,
        LaneWidth.Eight => DenseBackwardKernel<TCell, Lane256>.Run,
        LaneWidth.Four => DenseBackwardKernel<TCell, Lane128>.Run,
        _ => DenseBackwardKernel<TCell, ScalarLane>.Run,
    };
}
