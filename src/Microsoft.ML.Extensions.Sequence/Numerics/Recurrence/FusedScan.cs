using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// The fast scan of a recurrent cell: SIMD over (batch x channel), all cores, one pass over memory in each direction.
/// Equal to <see cref="SequentialScan{TCell}"/> up to single-precision rounding; the same bits for every width and thread count.
/// </summary>
internal static unsafe class FusedScan<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    private const int OperationsOfGate = 16;

    /// <summary>Fills <see cref="ScanData.States"/>.</summary>
    public static void Forward(ScanShape shape, ScanData data) => Forward(shape, data, Execution(shape));

    public static void Forward(ScanShape shape, ScanData data, ScanExecution execution)
    {
        ScanPlan plan = new(shape, TCell.Gates, execution);
        using ZeroState zero = new(data.Initial is null ? StateSize(shape) : 0);
        data.Initial = data.Initial is null ? zero.Start : data.Initial;
        var run = ForwardOf(plan.Width);
        plan.Run(tile =>
        {
            run(plan, shape, data, tile);
            if (tile.ClearsPadding)
            {
                ScanPadding.Clear(shape, tile, data.Lengths, new(data.States, TCell.States, shape.Channels));
            }
        });
    }

    /// <summary>Fills the gradients from the states that <see cref="Forward(ScanShape, ScanData)"/> left.</summary>
    public static void Backward(ScanShape shape, ScanData data, ScanGradients gradients) =>
        Backward(shape, data, gradients, Execution(shape));

    public static void Backward(ScanShape shape, ScanData data, ScanGradients gradients, ScanExecution execution)
    {
        ScanPlan plan = new(shape, TCell.Gates, execution);
        using ZeroState zero = new(data.Initial is null ? StateSize(shape) : 0);
        data.Initial = data.Initial is null ? zero.Start : data.Initial;
        using ScanSums sums = new(plan, TCell.Parameters + TCell.Gates, TCell.States);
        sums.Begin(gradients.Last);
        var run = BackwardOf(plan.Width);
        plan.Run(tile =>
        {
            run(plan, data, gradients, sums, tile);
            if (tile.ClearsPadding)
            {
                ScanPadding.Clear(
                    shape, tile, data.Lengths, new(gradients.Inputs, shape.Heads, TCell.Gates * shape.HeadChannels));
            }
        });
        sums.End(gradients.Parameters, gradients.Initial);
    }

    /// <summary>
    /// As <see cref="Forward(ScanShape, ScanData)"/> on this thread, with a plan for the batch's size that is kept, and the first states given.
    /// </summary>
    public static void Forward(ScanPlan plan, ScanShape shape, ScanData data)
    {
        var run = ForwardOf(plan.Width);
        for (var tile = 0; tile < plan.Tiles; tile++)
        {
            run(plan, shape, data, plan.Tile(tile));
        }
    }

    private delegate void ForwardRun(ScanPlan plan, ScanShape shape, ScanData data, ScanTile tile);

    private delegate void BackwardRun(ScanPlan plan, ScanData data, ScanGradients gradients, ScanSums sums, ScanTile tile);

    private static ForwardRun ForwardOf(LaneWidth width) => width switch
    {
        LaneWidth.Sixteen => ForwardKernel<TCell, Lane512>.Run,
        LaneWidth.Eight => ForwardKernel<TCell, Lane256>.Run,
        LaneWidth.Four => ForwardKernel<TCell, Lane128>.Run,
        _ => ForwardKernel<TCell, ScalarLane>.Run,
    };

    private static BackwardRun BackwardOf(LaneWidth width) => width switch
    {
        LaneWidth.Sixteen => BackwardKernel<TCell, Lane512>.Run,
        LaneWidth.Eight => BackwardKernel<TCell, Lane256>.Run,
        LaneWidth.Four => BackwardKernel<TCell, Lane128>.Run,
        _ => BackwardKernel<TCell, ScalarLane>.Run,
    };

    private static ScanExecution Execution(ScanShape shape) =>
        ScanExecution.For((double)OperationsOfGate * TCell.Gates * shape.Batch * shape.Steps * shape.Channels);

    private static nint StateSize(ScanShape shape) => (nint)TCell.States * shape.Batch * shape.Channels;

    private readonly struct ZeroState(nint size) : IDisposable
    {
        public readonly float* Start = size == 0 ? null : (float*)NativeMemory.AllocZeroed((nuint)size, sizeof(float));

        public void Dispose() => NativeMemory.Free(Start);
    }
}
