using System.Diagnostics;

namespace Microsoft.ML.Extensions.Mutations;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code; null where it was ended for taking too long.</param>
/// <param name="Output">What it wrote.</param>
/// <param name="Time">How long it took.</param>
internal sealed record Outcome(int? ExitCode, string Output, TimeSpan Time);

internal static class Shell
{
    /// <summary>Runs a program to its end, or to the limit.</summary>
    public static Outcome Run(string program, IEnumerable<string> arguments, string folder, TimeSpan? limit = null,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var ended = process.WaitForExit(limit ?? Timeout.InfiniteTimeSpan);
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
        }
        // A process that outlives its parent may hold the pipe: what was written so far is enough.
        Task.WaitAll([output, errors], TimeSpan.FromSeconds(10));
        return new Outcome(ended ? process.ExitCode : null, Text(output) + Text(errors), clock.Elapsed);
    }

    private static string Text(Task<string> read) => read.IsCompletedSuccessfully ? read.Result : "";
}
