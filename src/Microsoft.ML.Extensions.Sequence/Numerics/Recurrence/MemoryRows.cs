using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>Rows of numbers in memory, a constant stride apart; a lane covers its width of neighbouring channels.</summary>
internal readonly unsafe struct MemoryRows<T>(float* start, nint stride) : IRows<T>
    where T : struct, IMemoryLane<T>
{
    private readonly float* _start = start;
    private readonly nint _stride = stride;

    public T this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => T.Load(_start + (row * _stride));
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => T.Store(value, _start + (row * _stride));
    }
}
