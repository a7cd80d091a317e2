using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>
/// A value and its derivative in one direction: a formula evaluated on dual numbers gives its derivative (Clifford 1873; forward mode of
/// automatic differentiation, Wengert 1964).
/// </summary>
internal readonly struct Dual<T>(T value, T tangent) : ILane<Dual<T>> where T : ILane<T>
{
    public readonly T Value = value;
    public readonly T Tangent = tangent;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> operator +(Dual<T> left, Dual<T> right) => new(left.Value + right.Value, left.Tangent + right.Tangent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> operator -(Dual<T> left, Dual<T> right) => new(left.Value - right.Value, left.Tangent - right.Tangent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> operator -(Dual<T> value) => new(-value.Value, -value.Tangent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> operator *(Dual<T> left, Dual<T> right) =>
        new(left.Value * right.Value, T.MultiplyAdd(left.Tangent, right.Value, left.Value * right.Tangent));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> operator /(Dual<T> left, Dual<T> right)
    {
        var quotient = left.Value / right.Value;
        return new(quotient, (left.Tangent - (quotient * right.Tangent)) / right.Value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Constant(double value) => new(T.Constant(value), T.Constant(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> MultiplyAdd(Dual<T> left, Dual<T> right, Dual<T> addend) => new(
        T.MultiplyAdd(left.Value, right.Value, addend.Value),
        T.MultiplyAdd(left.Tangent, right.Value, T.MultiplyAdd(left.Value, right.Tangent, addend.Tangent)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Complement(Dual<T> value) => new(T.Complement(value.Value), -value.Tangent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Sigmoid(Dual<T> value)
    {
        var sigmoid = T.Sigmoid(value.Value);
        return new(sigmoid, value.Tangent * (sigmoid * T.Complement(sigmoid)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Tanh(Dual<T> value)
    {
        var tanh = T.Tanh(value.Value);
        return new(tanh, value.Tangent * T.Complement(tanh * tanh));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Exp(Dual<T> value)
    {
        var exp = T.Exp(value.Value);
        return new(exp, value.Tangent * exp);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<T> Select(Dual<T> condition, Dual<T> positive, Dual<T> otherwise) => new(
        T.Select(condition.Value, positive.Value, otherwise.Value),
        T.Select(condition.Value, positive.Tangent, otherwise.Tangent));
}
