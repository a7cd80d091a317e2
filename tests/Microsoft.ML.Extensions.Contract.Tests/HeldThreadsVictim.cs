using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A process of its own, whose number of threads a test may change: what OpenMP takes on a new thread, before and after.</summary>
internal static unsafe class HeldThreadsVictim
{
    public const string Command = "held-threads-victim";
    public const int Threads = 3;

    public static void Run()
    {
        torch.set_num_threads(Threads);
        var library = File.ReadLines("/proc/self/maps").Select(line => line[(line.IndexOf('/') + 1)..])
            .First(path => path.Contains("libgomp", StringComparison.Ordinal));
        var most = (delegate* unmanaged<int>)NativeLibrary.GetExport(NativeLibrary.Load("/" + library), "omp_get_max_threads");
        var (before, after) = (0, 0);
        var thread = new Thread(() =>
        {
            before = most();
            ThreadCount.Hold();
            after = most();
        });
        thread.Start();
        thread.Join();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{before} {after}"));
    }
}
