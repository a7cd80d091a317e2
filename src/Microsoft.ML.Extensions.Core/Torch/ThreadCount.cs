using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Numerics;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>The number of threads that libtorch computes with.</summary>
internal static unsafe class ThreadCount
{
    private static readonly Lazy<Counts?> OfThread = new(Find);

    /// <summary>Whether a thread can compute single-threaded: where this libtorch has thread counts per thread.</summary>
    public static bool CanBeOne => OfThread.Value is not null;

    /// <summary>The number of threads that this thread computes with.</summary>
    public static int Current => get_num_threads();

    /// <summary>Applies the process's thread count to this thread, or one thread where the result must not depend on the count.</summary>
    /// <param name="deterministic">
    /// Whether this thread computes single-threaded, where possible, until the result is disposed on the same thread.
    /// </param>
    /// <remarks>
    /// libtorch passes the count to OpenMP and MKL per thread, and to a new thread only with its first parallel loop. A
    /// transform or a matrix product before that uses as many threads as there are cores, and adds in another order, so the first fit on a
    /// thread differs from the second in the last bit. Reading the count passes it on. Both libraries have a count per thread, which
    /// can be set without changing that of the process, and which TorchSharp does not expose.
    /// </remarks>
    public static Scope Hold(bool deterministic = false) => deterministic ? Hold(1) : HoldProcess();

    /// <summary>Computes on this thread with so many threads, where possible, until the result is disposed on the same thread.</summary>
    public static Scope Hold(int threads)
    {
        _ = get_num_threads();
        return OfThread.Value is { } counts ? new Scope(counts, threads) : new Scope(threads);
    }

    // Kernels use no more threads than libtorch.
    private static Scope HoldProcess() => new(get_num_threads());

    private static Counts? Find() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libtorch_cpu.so", out var library)
            && NativeLibrary.TryGetExport(library, "omp_get_max_threads", out var get)
            && NativeLibrary.TryGetExport(library, "omp_set_num_threads", out var set)
            && NativeLibrary.TryGetExport(library, "MKL_Set_Num_Threads_Local", out var setMkl)
            ? new Counts((delegate* unmanaged<int>)get, (delegate* unmanaged<int, void>)set, (delegate* unmanaged<int, int>)setMkl)
            : null;

    /// <summary>Restores the thread's previous counts.</summary>
    public readonly ref struct Scope
    {
        private readonly Counts? _counts;
        private readonly int _openMp, _mkl, _kernels;
        private readonly bool _isHeld = true;

        internal Scope(int threads) => _kernels = Cores.Limit(threads);

        internal Scope(Counts counts, int threads)
        {
            (_counts, _openMp) = (counts, counts.Get());
            counts.Set(threads);
            _mkl = counts.SetMkl(threads);
            _kernels = Cores.Limit(threads);
        }

        public void Dispose()
        {
            _counts?.Set(_openMp);
            _counts?.SetMkl(_mkl);
            if (_isHeld)
            {
                Cores.Limit(_kernels);
            }
        }
    }

    /// <summary>Functions that OpenMP and MKL export. The libraries are found by the names under which libtorch has loaded them.</summary>
    internal sealed class Counts(delegate* unmanaged<int> get, delegate* unmanaged<int, void> set, delegate* unmanaged<int, int> setMkl)
    {
        public int Get() => get();

        public void Set(int count) => set(count);

        /// <summary>The previous count; 0 for that of the process.</summary>
        public int SetMkl(int count) => setMkl(count);
    }
}
