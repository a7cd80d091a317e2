namespace Microsoft.ML.Extensions.Numerics;

/// <summary>How many threads the kernels that are called by a thread may use.</summary>
internal static class Cores
{
    [ThreadStatic]
    private static int limit;

    /// <summary>The number for this thread.</summary>
    public static int Current => limit > 0 ? Math.Min(limit, Environment.ProcessorCount) : Environment.ProcessorCount;

    /// <summary>Limits the number for this thread, and returns the limit before; 0 for none.</summary>
    public static int Limit(int count)
    {
        var before = limit;
        limit = count;
        return before;
    }
}
