using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>A cell of which only the step is given, so that its derivatives are derived.</summary>
public readonly struct StepOnly<TCell> : IRecurrentCell<StepOnly<TCell>> where TCell : struct, IRecurrentCell<TCell>
{
    public static int Gates => TCell.Gates;

    public static int States => TCell.States;

    public static int Parameters => TCell.Parameters;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows next)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T> =>
        TCell.Step<T, TInput, TRows>(x, a, previous, next);
}
