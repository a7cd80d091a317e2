namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>How a fused scan runs. It does not affect the results, to the last bit.</summary>
internal readonly record struct ScanExecution(LaneWidth Width, int Threads)
{
    // A step of training has some of these kernels, and threads of the pool that wait for the next one spin: below a third of a millisecond
    // they cost more than they save.
    private const double LeastOperations = 1 << 24;

    public static ScanExecution Default => new(LaneWidths.Widest, Cores.Current);

    /// <summary>The default for so many operations: one thread where they are few.</summary>
    public static ScanExecution For(double operations) => operations < LeastOperations ? new(LaneWidths.Widest, 1) : Default;
}
