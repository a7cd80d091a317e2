namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// A recurrent cell whose channels do not mix: s_t = f(s_(t-1), x_t; a), each channel by itself.
/// <list type="bullet">
/// <item>x: <see cref="Gates"/> numbers a channel, B x_t + b, made for all t beforehand;</item>
/// <item>s: <see cref="States"/> numbers a channel, of which the last is the output h;</item>
/// <item>a: <see cref="Parameters"/> recurrent numbers a channel.</item>
/// </list>
/// The formula stands once and serves every lane: SIMD in the fused scan, double in the oracle, tensors in the op-by-op loop.
/// Law: <see cref="Jacobian"/> and <see cref="StepBackward"/> are the derivatives of <see cref="Step"/> (tested by finite differences).
/// </summary>
internal interface IRecurrentCell
{
    static abstract int Gates { get; }

    static abstract int States { get; }

    static abstract int Parameters { get; }

    /// <summary>Writes s_t to <paramref name="next"/>.</summary>
    static abstract void Step<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows next)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>;

    /// <summary>Writes ds_t/ds_(t-1), row by row, [States * States], to <paramref name="jacobian"/>.</summary>
    static abstract void Jacobian<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows jacobian)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>;

    /// <summary>
    /// Takes <paramref name="adjoint"/> from dL/ds_t to dL/ds_(t-1), writes dL/dx_t to <paramref name="dx"/> and adds this step's
    /// part of dL/da to <paramref name="da"/>. The gates are computed anew from s_(t-1): cheaper than keeping them.
    /// </summary>
    static abstract void StepBackward<T, TInput, TRows>(
        TInput x, TRows a, TRows previous, TRows adjoint, TRows dx, TRows da)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>;
}
