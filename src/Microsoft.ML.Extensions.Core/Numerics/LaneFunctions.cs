using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics;

/// <summary>An activation on lanes.</summary>
internal interface ILaneFunction
{
    static abstract T Of<T>(T value, float slope) where T : struct, IFloatLane<T>;
}

internal readonly struct Identity : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T value, float slope) where T : struct, IFloatLane<T> => value;
}

internal readonly struct Relu : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T value, float slope) where T : struct, IFloatLane<T> => T.Select(-value, T.Constant(0), value);
}

internal readonly struct LeakyRelu : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T value, float slope) where T : struct, IFloatLane<T> =>
        T.Select(-value, value * T.Constant(slope), value);
}

internal readonly struct Tanh : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T value, float slope) where T : struct, IFloatLane<T> => T.Tanh(value);
}

internal readonly struct Sigmoid : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T value, float slope) where T : struct, IFloatLane<T> => T.Sigmoid(value);
}

internal readonly struct Swish : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T value, float slope) where T : struct, IFloatLane<T> => value * T.Sigmoid(value);
}

internal readonly struct Erf : ILaneFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T value, float slope) where T : struct, IFloatLane<T> => LaneMath.Erf(value);
}

internal readonly struct Gelu : ILaneFunction
{
    private const float RootHalf = 0.70710678f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T value, float slope) where T : struct, IFloatLane<T> =>
        value * T.Constant(0.5f) * (T.Constant(1) + LaneMath.Erf(value * T.Constant(RootHalf)));
}

internal readonly struct GeluTanh : ILaneFunction
{
    private const float RootTwoOverPi = 0.7978845608f, Cubic = 0.044715f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T value, float slope) where T : struct, IFloatLane<T>
    {
        var inner = T.MultiplyAdd(value * value * value, T.Constant(Cubic), value) * T.Constant(RootTwoOverPi);
        return value * T.Constant(0.5f) * (T.Constant(1) + T.Tanh(inner));
    }
}
