using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// Memory of kernels, aligned for the widest lane. While a thread keeps it, what is returned on that thread is rented again, and goes back to the
/// system at the end.
/// </summary>
/// <remarks>
/// A step of training rents and returns the same megabytes as the step before. The system's allocator may give them back and ask for them again, and each page is
/// then cleared and mapped anew.
/// </remarks>
internal sealed unsafe class FloatMemory : IDisposable
{
    private const int Alignment = 64;

    [ThreadStatic]
    private static FloatMemory? current;

    private readonly FloatMemory? _outer = current;
    private readonly Dictionary<nuint, Stack<nint>> _free = [];

    private FloatMemory()
    {
    }

    /// <summary>Keeps memory for this thread until the result is disposed on it.</summary>
    public static FloatMemory Keep() => current = new FloatMemory();

    /// <summary>So many numbers or more, not cleared.</summary>
    /// <exception cref="KernelMemoryException">There is too little memory.</exception>
    public static float* Rent(long numbers)
    {
        var bytes = Size((nuint)Math.Max(1, numbers) * sizeof(float));
        if (current?._free.GetValueOrDefault(bytes) is { Count: > 0 } kept)
        {
            return (float*)kept.Pop();
        }
        // The size stands before the numbers.
        var start = Allocate(bytes + Alignment);
        *(nuint*)start = bytes;
        return (float*)(start + Alignment);
    }

    /// <summary>Takes back what was rented, on any thread.</summary>
    public static void Return(float* rented)
    {
        if (rented == null)
        {
            return;
        }
        var bytes = *(nuint*)((byte*)rented - Alignment);
        if (current is not { } memory)
        {
            NativeMemory.AlignedFree((byte*)rented - Alignment);
            return;
        }
        if (!memory._free.TryGetValue(bytes, out var kept))
        {
            memory._free[bytes] = kept = new Stack<nint>();
        }
        kept.Push((nint)rented);
    }

    public void Dispose()
    {
        current = _outer;
        foreach (var rented in _free.Values.SelectMany(kept => kept))
        {
            NativeMemory.AlignedFree((byte*)rented - Alignment);
        }
        _free.Clear();
    }

    private static byte* Allocate(nuint bytes)
    {
        try
        {
            return (byte*)NativeMemory.AlignedAlloc(bytes, Alignment);
        }
        catch (OutOfMemoryException e)
        {
            throw new KernelMemoryException((long)bytes, e);
        }
    }

    // Four sizes for each power of two, so that batches of similar length share memory.
    private static nuint Size(nuint bytes)
    {
        var step = Math.Max(Alignment, (nuint)1 << Math.Max(0, BitOperations.Log2(bytes) - 2));
        return (bytes + step - 1) / step * step;
    }
}
