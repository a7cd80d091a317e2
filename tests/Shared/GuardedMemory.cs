using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>Floats that end where a page without access begins: a read or write beyond them ends the test run.</summary>
/// <remarks>They begin as NaN, since nobody clears what a kernel is given to write to.</remarks>
public sealed unsafe class GuardedMemory : IDisposable
{
    private const int ReadWrite = 3, NoAccess = 0, PrivateAnonymous = 0x22;

    private readonly byte* _block;
    private readonly nuint _size;

    public GuardedMemory(int length)
    {
        var page = (nuint)Environment.SystemPageSize;
        var bytes = (nuint)length * sizeof(float);
        var inside = (bytes + page - 1) / page * page;
        _size = inside + (2 * page);
        _block = OperatingSystem.IsLinux() ? Map(_size) : (byte*)NativeMemory.AllocZeroed(_size);
        if (OperatingSystem.IsLinux())
        {
            Forbid(_block, page);
            Forbid(_block + page + inside, page);
        }
        Start = (float*)(_block + page + inside - bytes);
        Length = length;
        new Span<float>(Start, length).Fill(float.NaN);
    }

    public static GuardedMemory Of(double[]? values)
    {
        var memory = new GuardedMemory(values?.Length ?? 0);
        for (var i = 0; i < memory.Length; i++)
        {
            memory.Start[i] = (float)values![i];
        }
        return memory;
    }

    public float* Start { get; }

    public int Length { get; }

    public float[] ToArray() => new Span<float>(Start, Length).ToArray();

    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Unmap(_block, _size);
            return;
        }
        NativeMemory.Free(_block);
    }

    private static byte* Map(nuint size)
    {
        var block = MapPages(null, size, ReadWrite, PrivateAnonymous, -1, 0);
        return (nint)block == -1 ? throw new OutOfMemoryException() : (byte*)block;
    }

    private static void Forbid(byte* page, nuint size)
    {
        if (Protect(page, size, NoAccess) != 0)
        {
            throw new InvalidOperationException("The guard page could not be set.");
        }
    }

    [DllImport("libc", EntryPoint = "mmap")]
    private static extern void* MapPages(void* address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect")]
    private static extern int Protect(void* address, nuint length, int protection);

    [DllImport("libc", EntryPoint = "munmap")]
    private static extern int Unmap(void* address, nuint length);
}
