using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Sequence.Tests.ParaRnn;

/// <summary>A cell of three states that uses every function of a lane, and reads what it has written.</summary>
internal readonly struct EveryFunctionCell : IRecurrentCell<EveryFunctionCell>
{
    public static int Gates => 2;

    public static int States => 3;

    public static int Parameters => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows next)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>
    {
        var half = T.Constant(0.5);
        next[0] = T.Sigmoid(x[0] + (a[0] * previous[0])) * T.Exp(-T.Relu(previous[1] * half));
        next[1] = T.Select(x[1], T.Tanh(previous[2] - half), T.Complement(previous[1] * a[1])) / (T.Constant(1.5) + next[0]);
        next[2] = T.MultiplyAdd(half, previous[2], next[0] * next[1]);
    }
}
