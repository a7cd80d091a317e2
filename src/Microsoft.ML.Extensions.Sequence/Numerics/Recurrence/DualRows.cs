using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// Rows as dual numbers: either given rows, differentiated by the one at a seed, or the next state on the stack.
/// </summary>
internal readonly unsafe struct DualRows<T, TRows> : IRows<Dual<T>>
    where T : ILane<T>
    where TRows : IRows<T>
{
    private readonly TRows _values;
    private readonly int _seed;
    private readonly void* _next;

    /// <param name="values">The rows.</param>
    /// <param name="seed">The row to differentiate by; none at -1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public DualRows(TRows values, int seed) => (_values, _seed) = (values, seed);

    /// <param name="next">A variable on the caller's stack, which does not move.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public DualRows(ref StateRows<Dual<T>> next)
    {
        Unsafe.SkipInit(out this);
        _next = Unsafe.AsPointer(ref next);
    }

    public Dual<T> this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _next is null ? new(_values[row], T.Constant(row == _seed ? 1 : 0)) : Unsafe.AsRef<StateRows<Dual<T>>>(_next)[row];
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => Unsafe.AsRef<StateRows<Dual<T>>>(_next)[row] = value;
    }
}
