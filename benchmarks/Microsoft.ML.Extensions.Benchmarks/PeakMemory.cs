using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Extensions.Tests;

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

    public static double Megabytes(AttentionPath path, int steps)
    {
        var program = typeof(PeakMemory).Assembly.GetName().Name!;
        var child = ChildProcess.Run(program, Argument, path.Name, steps.ToString(CultureInfo.InvariantCulture));
        return child.ExitCode == 0
            ? double.Parse(child.OutputLines[^1], CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The measuring program ended with {child.ExitCode}: {child.Errors}");
    }

    /// <summary>The work of the child process: writes the megabytes.</summary>
    public static void Measure(string path, int steps)
    {
        var chosen = AttentionPath.All.Single(candidate => candidate.Name == path);
        chosen.TrainingStep(WarmUpSteps)();
        var step = chosen.TrainingStep(steps);
        var before = Process.GetCurrentProcess().WorkingSet64;
        step();
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(((process.PeakWorkingSet64 - before) / 1048576.0).ToString("F1", CultureInfo.InvariantCulture));
    }
}
