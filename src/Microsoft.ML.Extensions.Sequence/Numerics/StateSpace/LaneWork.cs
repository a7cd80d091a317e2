using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>A loop over independent items, written once for every lane.</summary>
internal interface ILaneWork
{
    /// <summary>The total number of values to compute: small work stays on one thread.</summary>
    long Size { get; }

    void Run<TLane>(int item) where TLane : struct, IFloatLane<TLane>;
}

/// <summary>Runs such loops with a lane and a number of threads that are chosen at run time.</summary>
internal static class LaneWork
{
    /// <summary>Below this number of values, starting a second thread costs more than it saves.</summary>
    private const long ParallelThreshold = 1 << 17;

    public static void Run<TWork>(TWork work, int items, ScanExecution execution) where TWork : struct, ILaneWork
    {
        Action<int> body = execution.Width switch
        {
            LaneWidth.Sixteen => work.Run<Lane512>,
            LaneWidth.Eight => work.Run<Lane256>,
            LaneWidth.Four => work.Run<Lane128>,
            _ => work.Run<ScalarLane>,
        };
        if (execution.Threads > 1 && items > 1 && work.Size * items > ParallelThreshold)
        {
            Parallel.For(0, items, new ParallelOptions { MaxDegreeOfParallelism = execution.Threads }, body);
            return;
        }
        for (var item = 0; item < items; item++)
        {
            body(item);
        }
    }
}
