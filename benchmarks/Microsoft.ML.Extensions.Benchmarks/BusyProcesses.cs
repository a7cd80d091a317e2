using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Child processes that each keep one core busy until they are disposed.</summary>
internal sealed class BusyProcesses : IDisposable
{
    /// <summary>The first argument of the program that is busy.</summary>
    public const string Argument = "busy";

    // If the parent is killed, its children end by themselves.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly List<Process> _processes = [];

    public BusyProcesses(int count)
    {
        var program = Path.Combine(AppContext.BaseDirectory, typeof(BusyProcesses).Assembly.GetName().Name! + ".dll");
        for (var i = 0; i < count; i++)
        {
            var process = Process.Start(new ProcessStartInfo("dotnet", [program, Argument]) { RedirectStandardOutput = true })!;
            _processes.Add(process);
            process.StandardOutput.ReadLine();
        }
    }

    /// <summary>The work of a child process.</summary>
    public static void Work()
    {
        Console.WriteLine("busy");
        var start = Stopwatch.GetTimestamp();
        var sum = 1.0;
        while (Stopwatch.GetElapsedTime(start) < Longest)
        {
            for (var i = 1; i < 1_000_000; i++)
            {
                sum = (sum * 1.000001) % i;
            }
        }
        Console.WriteLine(sum.ToString(CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            process.Dispose();
        }
    }
}
