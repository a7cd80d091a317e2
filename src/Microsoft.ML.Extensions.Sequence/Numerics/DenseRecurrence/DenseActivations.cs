using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>A function whose derivative follows from its value.</summary>
internal interface IDenseActivation
{
    static abstract TLane Value<TLane>(TLane sum) where TLane : struct, IFloatLane<TLane>;

    /// <summary>The gradient by the sum, given the function's value and the gradient by it.</summary>
    static abstract TLane Adjoint<TLane>(TLane value, TLane gradient) where TLane : struct, IFloatLane<TLane>;
}

internal readonly struct TanhActivation : IDenseActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Value<TLane>(TLane sum) where TLane : struct, IFloatLane<TLane> => TLane.Tanh(sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Adjoint<TLane>(TLane value, TLane gradient) where TLane : struct, IFloatLane<TLane> =>
        gradient * TLane.Complement(value * value);
}

internal readonly struct ReluActivation : IDenseActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Value<TLane>(TLane sum) where TLane : struct, IFloatLane<TLane> => TLane.Relu(sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Adjoint<TLane>(TLane value, TLane gradient) where TLane : struct, IFloatLane<TLane> =>
        TLane.Select(value, gradient, default);
}
