namespace Microsoft.ML.Extensions.Networks;

/// <summary>Counts how the runs of Newton's iteration in one layer ended; any number of threads may run it.</summary>
internal sealed class NewtonReport
{
    private readonly int[] _runs = new int[Enum.GetValues<NewtonOutcome>().Length];

    /// <summary>The runs that ended so.</summary>
    public int Count(NewtonOutcome outcome) => Volatile.Read(ref _runs[(int)outcome]);

    public void Add(NewtonOutcome outcome) => Interlocked.Increment(ref _runs[(int)outcome]);
}
