using System.Globalization;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The increase of the peak working set by one training step of an attention mode. Measured in its own process, since a peak never falls
/// and a freed block may stay with the allocator.
/// </summary>
internal static class PeakMemory
{
    /// <summary>The first argument of the program that measures.</summary>
    public const string Argument = "peak-memory";

    private const int WarmUpSteps = 8;

    public static double Megabytes(AttentionPath path, int steps) =>
        MeasuringProgram.Megabytes(Argument, path.Name, steps.ToString(CultureInfo.InvariantCulture));

    /// <summary>The work of the child process: writes the megabytes.</summary>
    public static void Measure(string path, int steps)
    {
        var chosen = AttentionPath.All.Single(candidate => candidate.Name == path);
        chosen.TrainingStep(WarmUpSteps)();
        var step = chosen.TrainingStep(steps);
        MeasuringProgram.WriteIncrease(step);
    }
}
