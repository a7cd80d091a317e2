using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.Attention;

/// <summary>
/// The fast attention of fixed queries over all prefixes: one pass over memory in each direction, SIMD over the channels of a head, all
/// cores over rows and heads. Equal to <see cref="SequentialAttention"/> up to single-precision rounding; the same bits for every width and
/// thread count.
/// </summary>
internal static unsafe class FusedAttention
{
    /// <summary>Below this number of steps times heads, starting a second thread costs more than it saves.</summary>
    private const int ParallelThreshold = 4096;

    /// <summary>Fills <see cref="AttentionData.Outputs"/> and <see cref="AttentionData.Factors"/>.</summary>
    public static void Forward(AttentionShape shape, AttentionData data) => Forward(shape, data, ScanExecution.Default);

    public static void Forward(AttentionShape shape, AttentionData data, ScanExecution execution)
    {
        var run = ForwardOf(execution.Width, shape.HeadChannels);
        EachHead(shape, execution, (row, head) => run(shape, data, row, head));
    }

    /// <summary>As <see cref="Forward(AttentionShape, AttentionData)"/> on this thread.</summary>
    public static void Forward(AttentionShape shape, AttentionData data, LaneWidth width)
    {
        var run = ForwardOf(width, shape.HeadChannels);
        for (var i = 0; i < shape.Batch * shape.Heads; i++)
        {
            run(shape, data, i / shape.Heads, i % shape.Heads);
        }
    }

    /// <summary>Fills the gradients of scores and values from what <see cref="Forward(AttentionShape, AttentionData)"/> left.</summary>
    public static void Backward(AttentionShape shape, AttentionData data, AttentionGradients gradients) =>
        Backward(shape, data, gradients, ScanExecution.Default);

    public static void Backward(AttentionShape shape, AttentionData data, AttentionGradients gradients, ScanExecution execution)
    {
        BackwardRun run = LaneWidths.Fitting(execution.Width, shape.HeadChannels) switch
        {
            LaneWidth.Sixteen => AttentionKernel<Lane512>.Backward,
            LaneWidth.Eight => AttentionKernel<Lane256>.Backward,
            LaneWidth.Four => AttentionKernel<Lane128>.Backward,
            _ => AttentionKernel<ScalarLane>.Backward,
        };
        EachHead(shape, execution, (row, head) => run(shape, data, gradients, row, head));
    }

    private static ForwardRun ForwardOf(LaneWidth width, int headChannels) => LaneWidths.Fitting(width, headChannels) switch
    {
        LaneWidth.Sixteen => AttentionKernel<Lane512>.Forward,
        LaneWidth.Eight => AttentionKernel<Lane256>.Forward,
        LaneWidth.Four => AttentionKernel<Lane128>.Forward,
        _ => AttentionKernel<ScalarLane>.Forward,
    };

    private delegate void ForwardRun(AttentionShape shape, AttentionData data, int row, int head);

    private delegate void BackwardRun(AttentionShape shape, AttentionData data, AttentionGradients gradients, int row, int head);

    private static void EachHead(AttentionShape shape, ScanExecution execution, Action<int, int> body)
    {
        var count = shape.Batch * shape.Heads;
        if (shape.ScoreCount < ParallelThreshold || execution.Threads < 2)
        {
            for (var i = 0; i < count; i++)
            {
                body(i / shape.Heads, i % shape.Heads);
            }
            return;
        }
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = execution.Threads }, i =>
            body(i / shape.Heads, i % shape.Heads));
    }
}
