using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A training that this program runs when started by a test, with too little memory.</summary>
internal static partial class MemoryVictim
{
    public const string Command = "memory-victim";

    private const int AddressSpace = 9;

    // What the process may have beyond what it has: less than the weights that are asked for, and more than the runtime and oneDNN need to go on.
    private const long Megabytes = 300;

    public static void Run(string[] arguments)
    {
        var trainer = TrainerCases.Named(arguments[1]);
        var ml = new MLContext(1);
        var data = trainer.Load(ml, 18);
        trainer.Fit(ml, data).Dispose();
        Try(() => trainer.Fit(ml, data, Widen).Dispose());
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

    private static void Try(Action action)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Limit(Megabytes);
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
        Console.WriteLine(result);
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
