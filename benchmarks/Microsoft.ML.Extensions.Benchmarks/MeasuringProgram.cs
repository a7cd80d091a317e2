using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// This program as a child process that measures its own peak of memory, since a peak never falls and a freed block may stay with the allocator.
/// </summary>
internal static class MeasuringProgram
{
    /// <summary>The megabytes that a child process with these arguments writes.</summary>
    public static double Megabytes(params string[] arguments)
    {
        var child = ChildProcess.Run(typeof(MeasuringProgram).Assembly.GetName().Name!, arguments);
        return child.ExitCode == 0
            ? double.Parse(child.OutputLines[^1], CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The measuring program ended with {child.ExitCode}: {child.Errors}");
    }

    /// <summary>In the child process: writes by how many megabytes an action raises the peak of the working set above what it is before.</summary>
    public static void WriteIncrease(Action action)
    {
        var before = Process.GetCurrentProcess().WorkingSet64;
        action();
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(((process.PeakWorkingSet64 - before) / 1048576.0).ToString("F1", CultureInfo.InvariantCulture));
    }
}
