using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// ParaLSTM (Danieli et al. 2025, arXiv 2510.21450): a diagonal LSTM with coupled input and forget gates (CIFG) and peepholes.
/// State (c, h); per channel
/// <code>
/// f  = sigmoid(a_f h + p_f c  + x_f)        peephole on the old cell
/// u  = tanh   (a_u h          + x_u)
/// c' = f c + (1 - f) u
/// o  = sigmoid(a_o h + p_o c' + x_o)        peephole on the new cell
/// h' = o tanh(c')
/// Jcc = f + (c - u) f(1 - f) p_f            Jch = (c - u) f(1 - f) a_f + (1 - f)(1 - u^2) a_u
/// w   = tanh(c') o(1 - o) p_o + o (1 - tanh(c')^2)
/// Jhc = w Jcc                               Jhh = tanh(c') o(1 - o) a_o + w Jch
/// </code>
/// Rows of x: f, o, u. Rows of a: a_f, a_o, a_u, p_f, p_o. Rows of the Jacobian: Jcc, Jch, Jhc, Jhh.
/// </summary>
internal readonly struct ParaLstmCell : IRecurrentCell<ParaLstmCell>
{
    private const int F = 0, O = 1, U = 2, PeepF = 3, PeepO = 4;
    private const int C = 0, H = 1;

    public static int Gates => 3;

    public static int States => 2;

    public static int Parameters => 5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows next)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>
    {
        var (_, _, cell, o, squashed) = Evaluate<T, TInput, TRows>(x, a, previous[C], previous[H]);
        next[C] = cell;
        next[H] = o * squashed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Jacobian<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows jacobian)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>
    {
        var (c, h) = (previous[C], previous[H]);
        var (f, u, _, o, squashed) = Evaluate<T, TInput, TRows>(x, a, c, h);
        var perF = (c - u) * (f * T.Complement(f));
        var perO = squashed * (o * T.Complement(o));
        var cc = T.MultiplyAdd(perF, a[PeepF], f);
        var ch = T.MultiplyAdd(perF, a[F], T.Complement(f) * T.Complement(u * u) * a[U]);
        var w = T.MultiplyAdd(perO, a[PeepO], o * T.Complement(squashed * squashed));
        (jacobian[0], jacobian[1]) = (cc, ch);
        (jacobian[2], jacobian[3]) = (w * cc, T.MultiplyAdd(perO, a[O], w * ch));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StepBackward<T, TInput, TRows>(
        TInput x, TRows a, TRows previous, TRows adjoint, TRows dx, TRows da)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>
    {
        var (c, h) = (previous[C], previous[H]);
        var (f, u, cell, o, squashed) = Evaluate<T, TInput, TRows>(x, a, c, h);
        var lambda = adjoint[H];
        var dO = lambda * (squashed * (o * T.Complement(o)));
        var dCell = T.MultiplyAdd(lambda, o * T.Complement(squashed * squashed), T.MultiplyAdd(dO, a[PeepO], adjoint[C]));
        var dF = dCell * ((c - u) * (f * T.Complement(f)));
        var dU = dCell * (T.Complement(f) * T.Complement(u * u));

        adjoint[C] = T.MultiplyAdd(dCell, f, dF * a[PeepF]);
        adjoint[H] = T.MultiplyAdd(dF, a[F], T.MultiplyAdd(dU, a[U], dO * a[O]));
        (dx[F], dx[O], dx[U]) = (dF, dO, dU);
        da[F] = T.MultiplyAdd(dF, h, da[F]);
        da[O] = T.MultiplyAdd(dO, h, da[O]);
        da[U] = T.MultiplyAdd(dU, h, da[U]);
        da[PeepF] = T.MultiplyAdd(dF, c, da[PeepF]);
        da[PeepO] = T.MultiplyAdd(dO, cell, da[PeepO]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T F, T U, T Cell, T O, T Squashed) Evaluate<T, TInput, TRows>(TInput x, TRows a, T c, T h)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>
    {
        var f = T.Sigmoid(T.MultiplyAdd(a[F], h, T.MultiplyAdd(a[PeepF], c, x[F])));
        var u = T.Tanh(T.MultiplyAdd(a[U], h, x[U]));
        var cell = T.MultiplyAdd(f, c - u, u);
        var o = T.Sigmoid(T.MultiplyAdd(a[O], h, T.MultiplyAdd(a[PeepO], cell, x[O])));
        return (f, u, cell, o, T.Tanh(cell));
    }
}
