using System.Diagnostics;
using System.Reflection;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>How a child process ended and what it said.</summary>
internal sealed record ChildResult(int ExitCode, string Output, string Error);

/// <summary>Runs a program of this repository to its end.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>This very program, with other arguments.</summary>
    public static ChildResult RunSelf(params string[] arguments) => Run(Assembly.GetExecutingAssembly().Location, arguments);

    public static ChildResult Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new AssertFailedException($"{program} did not end within {Limit.TotalSeconds} seconds.");
        }
        return new ChildResult(process.ExitCode, output.Result, error.Result);
    }
}
