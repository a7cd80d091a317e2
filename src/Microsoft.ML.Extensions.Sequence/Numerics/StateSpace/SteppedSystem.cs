using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>The discrete systems of a <see cref="StateSpaceSystem"/>, one step at a time: SIMD over features. Immutable.</summary>
internal abstract unsafe class SteppedSystem(StateSpaceShape shape)
{
    protected StateSpaceShape Shape { get; } = shape;

    /// <summary>The numbers of a row's state, all 0 before its first step.</summary>
    public abstract int StateSize { get; }

    /// <summary>
    /// The shape of a row's state in a file, where its H features come first: <c>[1, H, ...]</c>. In memory they come last.
    /// </summary>
    public abstract ReadOnlySpan<long> StoredShape { get; }

    /// <summary>The next state and <c>C x</c>.</summary>
    /// <param name="state">x, read and written.</param>
    /// <param name="input">u, <c>[H]</c>.</param>
    /// <param name="output"><c>C x</c>, <c>[H * M]</c>, of the state after the input.</param>
    public void Next(float* state, float* input, float* output) => Next(state, input, output, LaneWidths.Widest);

    public void Next(float* state, float* input, float* output, LaneWidth width)
    {
        var done = width switch
        {
            LaneWidth.Sixteen => Lanes<Lane512>(state, input, output),
            LaneWidth.Eight => Lanes<Lane256>(state, input, output),
            LaneWidth.Four => Lanes<Lane128>(state, input, output),
            _ => 0,
        };
        Next<ScalarLane>(state, input, output, done, Shape.Features);
    }

    /// <summary>The next state and outputs of the features from one to another, a multiple of the lane's width.</summary>
    protected abstract void Next<TLane>(float* state, float* input, float* output, int from, int to)
        where TLane : struct, IFloatLane<TLane>;

    /// <summary>Writes an output channel of a lane of features.</summary>
    protected void Store<TLane>(TLane value, float* output, int feature, int channel) where TLane : struct, IFloatLane<TLane>
    {
        if (Shape.Channels == 1)
        {
            TLane.Store(value, output + feature);
            return;
        }
        var lane = stackalloc float[TLane.Width];
        TLane.Store(value, lane);
        for (var i = 0; i < TLane.Width; i++)
        {
            output[((feature + i) * Shape.Channels) + channel] = lane[i];
        }
    }

    private int Lanes<TLane>(float* state, float* input, float* output) where TLane : struct, IFloatLane<TLane>
    {
        var to = Shape.Features / TLane.Width * TLane.Width;
        Next<TLane>(state, input, output, 0, to);
        return to;
    }
}
