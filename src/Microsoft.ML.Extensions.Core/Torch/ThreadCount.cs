using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>The number of threads that libtorch computes with.</summary>
internal static class ThreadCount
{
    /// <summary>Makes the number that was set for the process hold on this thread.</summary>
    /// <remarks>
    /// libtorch hands the number on to OpenMP and MKL thread by thread, and on a thread that comes new only with its first parallel loop. A
    /// transform or a matrix product before that takes as many threads as there are cores, and adds in another order: the first fit on a thread
    /// then differs from the second in the last bit. Asking for the number is what hands it on.
    /// </remarks>
    public static void Hold() => _ = get_num_threads();
}
