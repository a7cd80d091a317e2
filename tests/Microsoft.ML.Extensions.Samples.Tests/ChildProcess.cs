using System.Diagnostics;

namespace Microsoft.ML.Extensions.Samples.Tests;

/// <summary>A finished run of a program that lies in the output folder of these tests.</summary>
internal sealed record ChildProcess(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public string[] OutputLines => Lines(Output);

    public string[] ErrorLines => Lines(Errors);

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="TimeoutException">It took more than a minute.</exception>
    public static ChildProcess Run(string program, params string[] args)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Threads of OpenMP that spin while they wait take the cores from tests that run beside.
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', args)} ran for more than {Limit}.");
        }
        return new ChildProcess(process.ExitCode, output.Result, errors.Result);
    }

    private static string[] Lines(string text) => text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
