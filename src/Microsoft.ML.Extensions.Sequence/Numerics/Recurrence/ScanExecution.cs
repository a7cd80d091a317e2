namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>How a fused scan runs. It does not affect the results, to the last bit.</summary>
internal readonly record struct ScanExecution(LaneWidth Width, int Threads)
{
    public static ScanExecution Default => new(LaneWidths.Widest, Cores.Current);
}
