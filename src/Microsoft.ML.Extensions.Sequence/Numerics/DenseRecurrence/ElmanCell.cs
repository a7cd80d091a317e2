using System.Runtime.CompilerServices;
using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>h_t = s(W_x x_t + W_h h_(t-1) + b) (Elman 1990).</summary>
internal readonly unsafe struct ElmanCell<TActivation> : IDenseCell where TActivation : struct, IDenseActivation
{
    public static int Slots => 1;

    public static int RecurrentSlots => 1;

    public static int InputSlots => 1;

    public static bool HasCell => false;

    public static bool KeepsSlots => false;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<TLane>(in DenseStep step) where TLane : struct, IFloatLane<TLane>
    {
        for (nint c = 0; c < step.Channels; c += TLane.Width)
        {
            var sum = TLane.Load(step.Inputs + c) + TLane.Load(step.Bias + c) + TLane.Load(step.Products + c);
            var hidden = TActivation.Value(sum);
            TLane.Store(hidden, step.HiddenState + c);
            TLane.Store(hidden, step.Hidden + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<TLane>(in DenseAdjointStep step) where TLane : struct, IFloatLane<TLane>
    {
        for (nint c = 0; c < step.Channels; c += TLane.Width)
        {
            var grad = TLane.Load(step.GradOutput + c) + TLane.Load(step.GradHidden + c) + TLane.Load(step.GradProducts + c);
            var sum = TActivation.Adjoint(TLane.Load(step.Hidden + c), grad);
            TLane.Store(sum, step.GradSlots + c);
            TLane.Store(sum, step.GradRecurrent + c);
            TLane.Store(default, step.GradHidden + c);
        }
    }
}
