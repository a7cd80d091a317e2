namespace Microsoft.ML.Extensions.Networks;

/// <summary>Counts the outcomes of Newton's iteration in one layer; thread-safe.</summary>
internal sealed class NewtonReport
{
    private readonly int[] _runs = new int[Enum.GetValues<NewtonOutcome>().Length];

    /// <summary>The number of runs with this outcome.</summary>
    public int Count(NewtonOutcome outcome) => Volatile.Read(ref _runs[(int)outcome]);

    public void Add(NewtonOutcome outcome) => Interlocked.Increment(ref _runs[(int)outcome]);
}
