using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>The derivatives of a cell without its own: its formula over dual numbers, one evaluation per variable.</summary>
internal static class DerivedCell<TCell> where TCell : struct, IRecurrentCell<TCell>
{
    private const int None = -1;

    public static void Jacobian<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows jacobian)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>
    {
        for (var column = 0; column < TCell.States; column++)
        {
            Along<T, TInput, TRows>(new(x, None), new(a, None), new(previous, column), out var next);
            for (var row = 0; row < TCell.States; row++)
            {
                jacobian[(row * TCell.States) + column] = next[row].Tangent;
            }
        }
    }

    [SkipLocalsInit]
    public static void StepBackward<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows adjoint, TRows dx, TRows da)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>
    {
        for (var gate = 0; gate < TCell.Gates; gate++)
        {
            dx[gate] = Slope<T, TInput, TRows>(new(x, gate), new(a, None), new(previous, None), adjoint);
        }
        for (var parameter = 0; parameter < TCell.Parameters; parameter++)
        {
            da[parameter] += Slope<T, TInput, TRows>(new(x, None), new(a, parameter), new(previous, None), adjoint);
        }
        // The adjoint is read until the last evaluation.
        Unsafe.SkipInit(out StateRows<T> before);
        for (var state = 0; state < TCell.States; state++)
        {
            before[state] = Slope<T, TInput, TRows>(new(x, None), new(a, None), new(previous, state), adjoint);
        }
        for (var state = 0; state < TCell.States; state++)
        {
            adjoint[state] = before[state];
        }
    }

    // The derivative of (adjoint . next state) by the seeded variable.
    [SkipLocalsInit]
    private static T Slope<T, TInput, TRows>(
        DualInputs<T, TInput> x, DualRows<T, TRows> a, DualRows<T, TRows> previous, TRows adjoint)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>
    {
        Along(x, a, previous, out var next);
        var sum = next[0].Tangent * adjoint[0];
        for (var state = 1; state < TCell.States; state++)
        {
            sum = T.MultiplyAdd(next[state].Tangent, adjoint[state], sum);
        }
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Along<T, TInput, TRows>(
        DualInputs<T, TInput> x, DualRows<T, TRows> a, DualRows<T, TRows> previous, out StateRows<Dual<T>> next)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>
    {
        Unsafe.SkipInit(out next);
        TCell.Step<Dual<T>, DualInputs<T, TInput>, DualRows<T, TRows>>(x, a, previous, new(ref next));
    }
}
