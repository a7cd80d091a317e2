using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>The number of threads that libtorch computes with.</summary>
internal static unsafe class ThreadCount
{
    private static readonly Lazy<Counts?> OfThread = new(Find);

    /// <summary>Whether a thread can compute alone: where this libtorch has thread counts of a thread's own.</summary>
    public static bool CanBeOne => OfThread.Value is not null;

    /// <summary>Makes the number that was set for the process hold on this thread, or one thread where the result is to be the same for any number.</summary>
    /// <param name="deterministic">Whether this thread is to compute alone, where it can, until what is returned is disposed, on this same thread.</param>
    /// <remarks>
    /// libtorch hands the number on to OpenMP and MKL thread by thread, and on a thread that comes new only with its first parallel loop. A
    /// transform or a matrix product before that takes as many threads as there are cores, and adds in another order: the first fit on a thread
    /// then differs from the second in the last bit. Asking for the number is what hands it on. Both libraries have a number of each thread's own, which
    /// can be set without touching that of the process, and TorchSharp does not offer.
    /// </remarks>
    public static Scope Hold(bool deterministic = false)
    {
        _ = get_num_threads();
        return deterministic && OfThread.Value is { } counts ? new Scope(counts) : default;
    }

    private static Counts? Find() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libtorch_cpu.so", out var library)
            && NativeLibrary.TryGetExport(library, "omp_get_max_threads", out var get)
            && NativeLibrary.TryGetExport(library, "omp_set_num_threads", out var set)
            && NativeLibrary.TryGetExport(library, "MKL_Set_Num_Threads_Local", out var setMkl)
            ? new Counts((delegate* unmanaged<int>)get, (delegate* unmanaged<int, void>)set, (delegate* unmanaged<int, int>)setMkl)
            : null;

    /// <summary>Gives the thread back the numbers that it had.</summary>
    public readonly ref struct Scope
    {
        private readonly Counts? _counts;
        private readonly int _openMp, _mkl;

        internal Scope(Counts counts)
        {
            (_counts, _openMp) = (counts, counts.Get());
            counts.Set(1);
            _mkl = counts.SetMkl(1);
        }

        public void Dispose()
        {
            _counts?.Set(_openMp);
            _counts?.SetMkl(_mkl);
        }
    }

    /// <summary>What OpenMP and MKL export. The libraries are found by the names under which libtorch itself has loaded them.</summary>
    internal sealed class Counts(delegate* unmanaged<int> get, delegate* unmanaged<int, void> set, delegate* unmanaged<int, int> setMkl)
    {
        public int Get() => get();

        public void Set(int count) => set(count);

        /// <summary>The number before; 0 for that of the process.</summary>
        public int SetMkl(int count) => setMkl(count);
    }
}
