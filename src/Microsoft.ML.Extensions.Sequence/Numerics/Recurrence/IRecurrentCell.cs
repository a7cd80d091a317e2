using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// A recurrent cell whose channels do not mix: <c>s_t = f(s_(t-1), x_t; a)</c>, each channel by itself. A custom cell is a struct
/// that implements this interface; <see cref="Step"/> is all it needs.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>x: <see cref="Gates"/> numbers per channel, <c>B x_t + b</c>, computed for all t in advance by a learned matrix and bias;</item>
/// <item>s: <see cref="States"/> numbers per channel, of which the last is the output h; they start at zero;</item>
/// <item>a: <see cref="Parameters"/> learned recurrent numbers per channel.</item>
/// </list>
/// <para>
/// The formula is written once for every lane: SIMD vectors in the fused scan, tensors in Newton's iteration and in the op-by-op loop,
/// doubles and dual numbers in tests and derivatives. So it must be a formula, without branches on values (use
/// <see cref="ILane{TSelf}.Select"/>), without fields and without randomness.
/// </para>
/// <para>
/// Law: <see cref="Jacobian"/> and <see cref="StepBackward"/> are the derivatives of <see cref="Step"/>. Without them, they are computed
/// with dual numbers, one evaluation of the formula for each state, gate and parameter; hand-written ones share common terms.
/// Mark all of them <see cref="MethodImplOptions.AggressiveInlining"/>, so that the compiler inlines the cell into the scan's loop.
/// </para>
/// <para>Convention: the arguments are read and written by row, <c>x[gate]</c>, <c>a[parameter]</c>, <c>previous[state]</c>.</para>
/// </remarks>
/// <typeparam name="TSelf">The cell.</typeparam>
public interface IRecurrentCell<TSelf> where TSelf : struct, IRecurrentCell<TSelf>
{
    /// <summary>G, the rows of x; 1 or more.</summary>
    static abstract int Gates { get; }

    /// <summary>S, the rows of the state; 1 to 8.</summary>
    static abstract int States { get; }

    /// <summary>P, the rows of a; 0 or more.</summary>
    static abstract int Parameters { get; }

    /// <summary>Writes s_t to <paramref name="next"/>.</summary>
    /// <param name="x">The gate inputs, [G].</param>
    /// <param name="a">The recurrent parameters, [P].</param>
    /// <param name="previous">s_(t-1), [S].</param>
    /// <param name="next">s_t, [S]; every row has to be written.</param>
    static abstract void Step<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows next)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T>;

    /// <summary>Writes ds_t/ds_(t-1), row by row, [S * S], to <paramref name="jacobian"/>.</summary>
    /// <param name="x">The gate inputs, [G].</param>
    /// <param name="a">The recurrent parameters, [P].</param>
    /// <param name="previous">s_(t-1), [S].</param>
    /// <param name="jacobian">The derivative of state i by state j, at S i + j.</param>
    static virtual void Jacobian<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows jacobian)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T> =>
        DerivedCell<TSelf>.Jacobian<T, TInput, TRows>(x, a, previous, jacobian);

    /// <summary>
    /// Updates <paramref name="adjoint"/> from dL/ds_t to dL/ds_(t-1), writes dL/dx_t to <paramref name="dx"/> and adds this step's
    /// part of dL/da to <paramref name="da"/>. The gates are recomputed from s_(t-1), which is cheaper than saving them.
    /// </summary>
    /// <param name="x">The gate inputs, [G].</param>
    /// <param name="a">The recurrent parameters, [P].</param>
    /// <param name="previous">s_(t-1), [S].</param>
    /// <param name="adjoint">dL/ds_t, [S], read, then written.</param>
    /// <param name="dx">dL/dx_t, [G], written.</param>
    /// <param name="da">dL/da, [P], added to.</param>
    static virtual void StepBackward<T, TInput, TRows>(
        TInput x, TRows a, TRows previous, TRows adjoint, TRows dx, TRows da)
        where T : ILane<T>
        where TInput : IInputs<T>
        where TRows : IRows<T> =>
        DerivedCell<TSelf>.StepBackward<T, TInput, TRows>(x, a, previous, adjoint, dx, da);
}
