using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Lets the C library keep what is freed, since the tensors of the next batch need as much again.</summary>
/// <remarks>
/// glibc maps blocks above a threshold from the system one by one, and gives back what is free at the end of its heap above twice that
/// threshold. Both begin at some hundred kilobytes and follow the largest block that was ever freed, up to 32 MB (mallopt(3),
/// M_MMAP_THRESHOLD). Until then each batch maps its tensors anew, and the system clears each page again. One block of the largest size that
/// the threshold follows is reserved and freed here; none of its pages is touched. Elsewhere this does nothing.
/// </remarks>
internal static unsafe class NativeHeap
{
    // Together with its header within the 32 MB.
    private const nuint Block = (32 << 20) - (16 << 10);

    private static readonly Lazy<bool> s_isPrepared = new(Prepare);

    /// <summary>Prepares the heap of this process, once.</summary>
    public static void KeepFreed() => _ = s_isPrepared.Value;

    private static bool Prepare()
    {
        try
        {
            NativeMemory.Free(NativeMemory.Alloc(Block));
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }
}
