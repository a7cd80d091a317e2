using System.Diagnostics;
using System.Reflection;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>How a child process ended and what it said.</summary>
internal sealed record ChildResult(int ExitCode, string Output, string Error);

/// <summary>Runs a program that lies in the output folder of these tests to its end.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>This very program, with other arguments.</summary>
    public static ChildResult RunSelf(params string[] arguments) => Run(Assembly.GetExecutingAssembly().GetName().Name!, arguments);

    public static ChildResult Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Threads of OpenMP that spin while they wait take the cores from tests that run beside.
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        using var process = Process.Start(start)!;
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
