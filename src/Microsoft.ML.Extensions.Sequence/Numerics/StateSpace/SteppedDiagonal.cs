using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>The steps of a <see cref="DiagonalSystem"/>; the state is <c>[N, 2, H]</c>, real and imaginary parts apart.</summary>
/// <remarks>Bbar is folded into C, so that a step adds the input itself.</remarks>
internal sealed unsafe class SteppedDiagonal : SteppedSystem
{
    // [N, 2, H] and [M, N, 2, H].
    private readonly float[] _poles;
    private readonly float[] _weights;
    private readonly long[] _storedShape;

    /// <param name="shape">The sizes.</param>
    /// <param name="poleReal">Of Abar's diagonal, <c>[H, N]</c>.</param>
    /// <param name="poleImaginary">Of Abar's diagonal, <c>[H, N]</c>.</param>
    /// <param name="weightReal">Of C Bbar, <c>[H, M, N]</c>.</param>
    /// <param name="weightImaginary">Of C Bbar, <c>[H, M, N]</c>.</param>
    public SteppedDiagonal(
        StateSpaceShape shape, float[] poleReal, float[] poleImaginary, float[] weightReal, float[] weightImaginary)
        : base(shape) =>
        (_poles, _weights, _storedShape) = (
            Transposed(poleReal, poleImaginary, 1), Transposed(weightReal, weightImaginary, shape.Channels), [1, shape.Features, shape.Size, 2]);

    public override ReadOnlySpan<long> StoredShape => _storedShape;

    public override int StateSize => 2 * Shape.Size * Shape.Features;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Next<TLane>(float* state, float* input, float* output, int from, int to)
    {
        fixed (float* poles = _poles, weights = _weights)
        {
            for (var feature = from; feature < to; feature += TLane.Width)
            {
                Turn<TLane>(state + feature, TLane.Load(input + feature), poles + feature);
                for (var channel = 0; channel < Shape.Channels; channel++)
                {
                    Store(Sum<TLane>(state + feature, weights + ((nint)channel * StateSize) + feature), output, feature, channel);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Turn<TLane>(float* state, TLane input, float* poles) where TLane : struct, IFloatLane<TLane>
    {
        nint features = Shape.Features;
        for (var n = 0; n < Shape.Size; n++, state += 2 * features, poles += 2 * features)
        {
            var (re, im) = (TLane.Load(state), TLane.Load(state + features));
            var (poleReal, poleImaginary) = (TLane.Load(poles), TLane.Load(poles + features));
            TLane.Store(TLane.MultiplyAdd(re, poleReal, input - (im * poleImaginary)), state);
            TLane.Store(TLane.MultiplyAdd(re, poleImaginary, im * poleReal), state + features);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Sum<TLane>(float* state, float* weights) where TLane : struct, IFloatLane<TLane>
    {
        nint features = Shape.Features;
        var (re, im) = (TLane.Constant(0), TLane.Constant(0));
        for (var n = 0; n < Shape.Size; n++, state += 2 * features, weights += 2 * features)
        {
            re = TLane.MultiplyAdd(TLane.Load(state), TLane.Load(weights), re);
            im = TLane.MultiplyAdd(TLane.Load(state + features), TLane.Load(weights + features), im);
        }
        return re - im;
    }

    // [H, M, N] to [M, N, 2, H].
    private float[] Transposed(float[] real, float[] imaginary, int channels)
    {
        var result = new float[2 * real.Length];
        for (var i = 0; i < real.Length; i++)
        {
            var (row, n) = (i / Shape.Size, i % Shape.Size);
            var (feature, channel) = (row / channels, row % channels);
            var place = (((channel * Shape.Size) + n) * 2 * Shape.Features) + feature;
            (result[place], result[place + Shape.Features]) = (real[i], imaginary[i]);
        }
        return result;
    }
}
