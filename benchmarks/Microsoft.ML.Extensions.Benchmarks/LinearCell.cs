using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>A diagonal linear state space, <c>h' = a h + x</c>: a cell without its gates.</summary>
internal readonly struct LinearCell : IRecurrentCell<LinearCell>
{
    public static int Gates => 1;

    public static int States => 1;

    public static int Parameters => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows next)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T> =>
        next[0] = T.MultiplyAdd(a[0], previous[0], x[0]);
}
