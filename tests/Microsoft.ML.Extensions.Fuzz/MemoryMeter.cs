using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.Extensions.Fuzz;

/// <summary>The memory that one input takes, and the bound that is promised of it.</summary>
internal static partial class MemoryMeter
{
    /// <summary>What a file of no bytes may take: buffers, garbage that waits for its collection.</summary>
    public const long Constant = 64L << 20;

    /// <summary>The bytes that each byte of a file may take.</summary>
    public const long Factor = 64;

    private const int AddressSpace = 9;

    private static SafeFileHandle? _resets;
    private static SafeFileHandle? _sizes;

    private static readonly bool CanReset = OperatingSystem.IsLinux() && TryReset();

    /// <summary>Runs something.</summary>
    /// <returns>How far the memory of the process grew meanwhile, at most; 0 where that is not known.</returns>
    public static long Of(Action action)
    {
        if (!CanReset)
        {
            action();
            return 0;
        }
        TryReset();
        var before = Pages(1);
        action();
        return Math.Max(0, Peak() - before);
    }

    /// <summary>Ends the address space so many bytes above what is used: a backstop for what the meter sees only afterwards.</summary>
    public static void Limit(long more)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        var limits = new ulong[2];
        var used = Pages(0);
        if (GetLimit(AddressSpace, limits) == 0)
        {
            limits[0] = (ulong)(used + more);
            _ = SetLimit(AddressSpace, limits);
        }
    }

    // 5 sets the peak back to what is used now.
    private static bool TryReset()
    {
        try
        {
            RandomAccess.Write(_resets ??= File.OpenHandle("/proc/self/clear_refs", access: FileAccess.Write), "5"u8, 0);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // 0 for the address space, 1 for what is resident; in bytes.
    private static long Pages(int field)
    {
        var text = new byte[128];
        var length = RandomAccess.Read(_sizes ??= File.OpenHandle("/proc/self/statm"), text, 0);
        return long.Parse(Encoding.ASCII.GetString(text, 0, length).Split(' ')[field],
            CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }

    // The kernel gives it in kilobytes, after two times of two numbers each.
    private static long Peak()
    {
        var usage = new long[18];
        return GetUsage(0, usage) == 0 ? usage[4] * 1024 : 0;
    }

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    private static partial int GetUsage(int who, [Out] long[] usage);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, [Out] ulong[] limits);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ulong[] limits);
}
