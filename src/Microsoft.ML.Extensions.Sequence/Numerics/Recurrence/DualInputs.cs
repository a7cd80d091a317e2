using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>Gate inputs as dual numbers, differentiated by the one at <paramref name="seed"/> (none at -1).</summary>
internal readonly struct DualInputs<T, TInput>(TInput values, int seed) : IInputs<Dual<T>>
    where T : ILane<T>
    where TInput : IInputs<T>
{
    private readonly TInput _values = values;
    private readonly int _seed = seed;

    public Dual<T> this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(_values[row], T.Constant(row == _seed ? 1 : 0));
    }
}
