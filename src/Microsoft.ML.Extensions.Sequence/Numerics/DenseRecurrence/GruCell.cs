using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>
/// GRU (Cho et al. 2014) with the reset gate after the matrix, slots m, r, z, n: m = W_m h_(t-1) + b_m is the state's part of the
/// candidate, n = tanh(W_n x_t + b_n + r m), h_t = (1 - z) n + z h_(t-1).
/// </summary>
internal readonly unsafe struct GruCell : IDenseCell
{
    public static int Slots => 4;

    public static int RecurrentSlots => 3;

    public static int InputSlots => 3;

    public static bool HasCell => false;

    public static bool KeepsSlots => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<TLane>(in DenseStep step) where TLane : struct, IFloatLane<TLane>
    {
        nint channels = step.Channels;
        for (nint c = 0; c < channels; c += TLane.Width)
        {
            Rows inputs = new(step.Inputs + c, channels), slots = new(step.Slots + c, channels);
            Rows bias = new(step.Bias + c, channels), products = new(step.Products + c, channels);
            var m = TLane.Load(products[0]) + TLane.Load(bias[0]);
            var r = TLane.Sigmoid(TLane.Load(inputs[1]) + TLane.Load(bias[1]) + TLane.Load(products[1]));
            var z = TLane.Sigmoid(TLane.Load(inputs[2]) + TLane.Load(bias[2]) + TLane.Load(products[2]));
            var n = TLane.Tanh(TLane.MultiplyAdd(r, m, TLane.Load(inputs[3]) + TLane.Load(bias[3])));
            var before = TLane.Load(step.HiddenState + c);
            var hidden = TLane.MultiplyAdd(z, before - n, n);
            TLane.Store(m, slots[0]);
            TLane.Store(r, slots[1]);
            TLane.Store(z, slots[2]);
            TLane.Store(n, slots[3]);
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
            Rows slots = new(step.Slots + c, channels), grads = new(step.GradSlots + c, channels),
                recurrent = new(step.GradRecurrent + c, channels);
            var (m, r) = (TLane.Load(slots[0]), TLane.Load(slots[1]));
            var (z, n) = (TLane.Load(slots[2]), TLane.Load(slots[3]));
            var grad = TLane.Load(step.GradOutput + c) + TLane.Load(step.GradHidden + c) + TLane.Load(step.GradProducts + c);
            var dN = grad * TLane.Complement(z) * TLane.Complement(n * n);
            var dM = dN * r;
            var dR = dN * m * r * TLane.Complement(r);
            var dZ = grad * (TLane.Load(step.PreviousHidden + c) - n) * z * TLane.Complement(z);
            TLane.Store(dM, grads[0]);
            TLane.Store(dR, grads[1]);
            TLane.Store(dZ, grads[2]);
            TLane.Store(dN, grads[3]);
            TLane.Store(dM, recurrent[0]);
            TLane.Store(dR, recurrent[1]);
            TLane.Store(dZ, recurrent[2]);
            TLane.Store(grad * z, step.GradHidden + c);
        }
    }

    private readonly struct Rows(float* start, nint stride)
    {
        public float* this[int row] => start + (row * stride);
    }
}
