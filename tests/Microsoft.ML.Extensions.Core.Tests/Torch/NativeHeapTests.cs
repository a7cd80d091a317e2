using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Core.Tests.Torch;

[TestClass]
public sealed unsafe class NativeHeapTests
{
    private const int Page = 4096;
    private const int Attempts = 2;

    // By itself glibc learns one of them with each attempt, which are too few for all; so only the block that the pack freed can have taught
    // it to keep them.
    private static readonly int[] s_megabytes = [3, 9, 20];

    [TestMethod]
    public void FreedMemory_IsNotMappedAnew()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out _))
        {
            Assert.Inconclusive("Only glibc follows the largest block that was freed.");
        }
        NativeHeap.KeepFreed();
        // A heap of a thread that holds nothing else is given back whole, so something has to be in it: nothing may be in the current one.
        List<nint> held = [];
        try
        {
            while (!IsKept())
            {
                Assert.IsLessThan(Attempts, held.Count, "what is freed is mapped anew");
                held.Add((nint)NativeMemory.Alloc(8 << 20));
            }
        }
        finally
        {
            held.ForEach(block => NativeMemory.Free((void*)block));
        }
    }

    private static bool IsKept() => Array.TrueForAll(s_megabytes, megabytes =>
    {
        Touch(megabytes << 20);
        return Faults(() => Touch(megabytes << 20)) < (megabytes << 20) / Page / 10;
    });

    private static void Touch(int bytes)
    {
        var start = (byte*)NativeMemory.Alloc((nuint)bytes);
        for (var at = 0; at < bytes; at += Page)
        {
            start[at] = 1;
        }
        NativeMemory.Free(start);
    }

    // The pages that this thread had mapped; its name, in parentheses, may have spaces.
    private static int Faults(Action action)
    {
        static int Now() => int.Parse(File.ReadAllText("/proc/thread-self/stat").Split(')')[^1].Split(' ')[8], System.Globalization.CultureInfo.InvariantCulture);
        var before = Now();
        action();
        return Now() - before;
    }
}
