using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Core.Tests.Torch;

[TestClass]
public sealed unsafe class NativeHeapTests
{
    private const int Page = 4096;

    [TestMethod]
    public void FreedMemory_IsNotMappedAnew()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out _))
        {
            Assert.Inconclusive("Only glibc follows the largest block that was freed.");
        }
        NativeHeap.KeepFreed();
        // Each size is new to the heap, so that only the block which the pack freed can have taught it to keep them.
        foreach (var megabytes in new[] { 3, 9, 20 })
        {
            Touch(megabytes << 20);
            var mapped = Faults(() => Touch(megabytes << 20));
            Assert.IsLessThan((megabytes << 20) / Page / 10, mapped, $"{megabytes} MB");
        }
    }

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
