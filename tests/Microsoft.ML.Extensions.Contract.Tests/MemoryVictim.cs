using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Trainings and scorings that this program runs when started by a test, with ever more memory that is still too little.</summary>
internal static partial class MemoryVictim
{
    public const string Command = "memory-victim";

    private const int AddressSpace = 9;

    // What a process may have beyond what it has.
    private static readonly long[] Megabytes = [64, 128, 256];

    public static void Run(string[] arguments)
    {
        var trainer = TrainerCases.Named(arguments[1]);
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 18);
        using var model = trainer.Fit(ml, data);
        var row = trainer.Input.Rows(1, 1)[0];
        (row.Features, row.Words) = ([.. Enumerable.Repeat(0.5f, 400_000 * trainer.Input.Channels)], []);
        var longest = trainer.Load(ml, [row]);
        foreach (var megabytes in Megabytes)
        {
            Try($"training with {megabytes} MB", megabytes, () => trainer.Fit(ml, data, Widen).Dispose());
            Try($"scoring with {megabytes} MB", megabytes, () => trainer.Task.Scores(model.Transform(longest)));
        }
    }

    private static void Widen(TrainerOptions options)
    {
        switch (options)
        {
            case SequenceTrainerOptions sequence:
                sequence.HiddenSize = 4096;
                break;
            case LrcnOptions lrcn:
                lrcn.HiddenSize = 4096;
                break;
        }
    }

    private static void Try(string what, long megabytes, Action action)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Limit(megabytes);
        var result = "done";
        try
        {
            action();
        }
        catch (OutOfMemoryException e)
        {
            result = e.Message;
        }
        finally
        {
            Limit(null);
        }
        Console.WriteLine($"{what}: {result}");
    }

    private static void Limit(long? megabytes)
    {
        var used = long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[0], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        var limits = new ulong[2];
        if (GetLimit(AddressSpace, limits) != 0)
        {
            throw new InvalidOperationException("The limit of the address space cannot be read.");
        }
        limits[0] = megabytes is { } more ? (ulong)(used + (more << 20)) : limits[1];
        if (SetLimit(AddressSpace, limits) != 0)
        {
            throw new InvalidOperationException("The limit of the address space cannot be set.");
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, [Out] ulong[] limits);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ulong[] limits);
}
