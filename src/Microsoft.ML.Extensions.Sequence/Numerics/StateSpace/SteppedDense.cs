using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>The steps of systems with any A; the state is <c>[N, H]</c>.</summary>
internal sealed unsafe class SteppedDense : SteppedSystem
{
    // Abar [N, N, H], Bbar [N, H] and C [M, N, H].
    private readonly float[] _transition;
    private readonly float[] _input;
    private readonly float[] _output;
    private readonly long[] _storedShape;

    /// <param name="shape">The sizes.</param>
    /// <param name="systems">Abar and Bbar of each feature.</param>
    /// <param name="output">C, <c>[H, M, N]</c>.</param>
    public SteppedDense(StateSpaceShape shape, DenseTransition[] systems, float[] output)
        : base(shape)
    {
        var (size, features) = (shape.Size, shape.Features);
        _storedShape = [1, features, size];
        (_transition, _input, _output) = (new float[size * size * features], new float[size * features], new float[output.Length]);
        for (var i = 0; i < _transition.Length; i++)
        {
            var place = i / features;
            _transition[i] = (float)systems[i % features].At(place / size, place % size);
        }
        for (var i = 0; i < _input.Length; i++)
        {
            _input[i] = (float)systems[i % features].Input[i / features];
        }
        for (var i = 0; i < output.Length; i++)
        {
            var (row, n) = (i / size, i % size);
            _output[(((row % shape.Channels * size) + n) * features) + (row / shape.Channels)] = output[i];
        }
    }

    public override ReadOnlySpan<long> StoredShape => _storedShape;

    public override int StateSize => Shape.Size * Shape.Features;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Next<TLane>(float* state, float* input, float* output, int from, int to)
    {
        using var next = new FloatBuffer(Shape.Size * TLane.Width);
        fixed (float* transition = _transition, inputs = _input, outputs = _output)
        {
            for (var feature = from; feature < to; feature += TLane.Width)
            {
                var u = TLane.Load(input + feature);
                for (var n = 0; n < Shape.Size; n++)
                {
                    var start = u * TLane.Load(inputs + ((nint)n * Shape.Features) + feature);
                    TLane.Store(Sum(state + feature, transition + ((nint)n * StateSize) + feature, start), next.Start + (n * TLane.Width));
                }
                for (var n = 0; n < Shape.Size; n++)
                {
                    TLane.Store(TLane.Load(next.Start + (n * TLane.Width)), state + ((nint)n * Shape.Features) + feature);
                }
                for (var channel = 0; channel < Shape.Channels; channel++)
                {
                    var sum = Sum(state + feature, outputs + ((nint)channel * StateSize) + feature, TLane.Constant(0));
                    Store(sum, output, feature, channel);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Sum<TLane>(float* state, float* weights, TLane sum) where TLane : struct, IFloatLane<TLane>
    {
        nint features = Shape.Features;
        for (var n = 0; n < Shape.Size; n++, state += features, weights += features)
        {
            sum = TLane.MultiplyAdd(TLane.Load(state), TLane.Load(weights), sum);
        }
        return sum;
    }
}
