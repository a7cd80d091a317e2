using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>
/// The minimal gated unit (Zhou et al. 2016, arXiv 1603.09420) with diagonal recurrent weights: one gate, which both forgets and admits.
/// <code>
/// f  = sigmoid(a_f h + x_f)
/// n  = tanh(a_n (f h) + x_n)
/// h' = (1 - f) h + f n
/// </code>
/// </summary>
internal readonly struct MinimalGatedUnit : IRecurrentCell<MinimalGatedUnit>
{
    public static int Gates => 2;

    public static int States => 1;

    public static int Parameters => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows next)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>
    {
        var h = previous[0];
        var f = T.Sigmoid((a[0] * h) + x[0]);
        var n = T.Tanh((a[1] * (f * h)) + x[1]);
        next[0] = h + (f * (n - h));
    }
}
