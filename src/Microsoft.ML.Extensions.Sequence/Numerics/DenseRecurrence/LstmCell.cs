using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>
/// LSTM with forget gate (Hochreiter and Schmidhuber 1997, Gers et al. 2000), slots i, f, g, o:
/// c_t = f c_(t-1) + i g, h_t = o tanh(c_t); with peepholes i and f depend on c_(t-1), o on c_t.
/// </summary>
internal readonly unsafe struct LstmCell : IDenseCell
{
    public static int Slots => 4;

    public static int RecurrentSlots => 4;

    public static int InputSlots => 4;

    public static bool HasCell => true;

    public static bool KeepsSlots => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<TLane>(in DenseStep step) where TLane : struct, IFloatLane<TLane>
    {
        nint channels = step.Channels;
        for (nint c = 0; c < channels; c += TLane.Width)
        {
            var slots = step.Slots + c;
            var before = TLane.Load(step.CellState + c);
            var i = Sum<TLane>(step, c);
            var f = Sum<TLane>(step, c + channels);
            var o = Sum<TLane>(step, c + (3 * channels));
            if (step.Peepholes != null)
            {
                i = TLane.MultiplyAdd(TLane.Load(step.Peepholes + c), before, i);
                f = TLane.MultiplyAdd(TLane.Load(step.Peepholes + channels + c), before, f);
            }
            i = TLane.Sigmoid(i);
            f = TLane.Sigmoid(f);
            var g = TLane.Tanh(Sum<TLane>(step, c + (2 * channels)));
            var cell = TLane.MultiplyAdd(f, before, i * g);
            if (step.Peepholes != null)
            {
                o = TLane.MultiplyAdd(TLane.Load(step.Peepholes + (2 * channels) + c), cell, o);
            }
            o = TLane.Sigmoid(o);
            var hidden = o * TLane.Tanh(cell);
            TLane.Store(i, slots);
            TLane.Store(f, slots + channels);
            TLane.Store(g, slots + (2 * channels));
            TLane.Store(o, slots + (3 * channels));
            TLane.Store(cell, step.CellState + c);
            TLane.Store(cell, step.Cell + c);
            TLane.Store(hidden, step.HiddenState + c);
            TLane.Store(hidden, step.Hidden + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<TLane>(in DenseAdjointStep step) where TLane : struct, IFloatLane<TLane>
    {
        nint channels = step.Channels;
        for (nint c = 0; c < channels; c += TLane.Width)
        {
            var slots = step.Slots + c;
            var i = TLane.Load(slots);
            var f = TLane.Load(slots + channels);
            var g = TLane.Load(slots + (2 * channels));
            var o = TLane.Load(slots + (3 * channels));
            var tanh = TLane.Tanh(TLane.Load(step.Cell + c));
            var grad = TLane.Load(step.GradOutput + c) + TLane.Load(step.GradHidden + c) + TLane.Load(step.GradProducts + c);
            var dO = grad * tanh * o * TLane.Complement(o);
            var dCell = TLane.MultiplyAdd(grad * o, TLane.Complement(tanh * tanh), TLane.Load(step.GradCell + c));
            if (step.Peepholes != null)
            {
                dCell = TLane.MultiplyAdd(dO, TLane.Load(step.Peepholes + (2 * channels) + c), dCell);
            }
            var dI = dCell * g * i * TLane.Complement(i);
            var dF = dCell * TLane.Load(step.PreviousCell + c) * f * TLane.Complement(f);
            var dG = dCell * i * TLane.Complement(g * g);
            var dBefore = dCell * f;
            if (step.Peepholes != null)
            {
                dBefore = TLane.MultiplyAdd(dI, TLane.Load(step.Peepholes + c), dBefore);
                dBefore = TLane.MultiplyAdd(dF, TLane.Load(step.Peepholes + channels + c), dBefore);
            }
            Store(dI, step, c);
            Store(dF, step, c + channels);
            Store(dG, step, c + (2 * channels));
            Store(dO, step, c + (3 * channels));
            TLane.Store(dBefore, step.GradCell + c);
            TLane.Store(default, step.GradHidden + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Sum<TLane>(in DenseStep step, nint at) where TLane : struct, IFloatLane<TLane> =>
        TLane.Load(step.Inputs + at) + TLane.Load(step.Bias + at) + TLane.Load(step.Products + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLane>(TLane gradient, in DenseAdjointStep step, nint at) where TLane : struct, IFloatLane<TLane>
    {
        TLane.Store(gradient, step.GradSlots + at);
        TLane.Store(gradient, step.GradRecurrent + at);
    }
}
