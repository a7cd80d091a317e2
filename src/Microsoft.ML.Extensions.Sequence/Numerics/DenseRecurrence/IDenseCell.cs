using Microsoft.ML.Extensions.Numerics.Recurrence;

namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>A recurrent cell between its matrix products: one step of one row, channel by channel.</summary>
/// <remarks>
/// A channel has slots, its gates. The first <see cref="RecurrentSlots"/> get a product with the hidden state, the last
/// <see cref="InputSlots"/> one with the input: so each is one matrix, although a GRU's candidate needs the two separately.
/// </remarks>
internal unsafe interface IDenseCell
{
    static abstract int Slots { get; }

    static abstract int RecurrentSlots { get; }

    static abstract int InputSlots { get; }

    /// <summary>Whether there is a cell state c in addition to the hidden one.</summary>
    static abstract bool HasCell { get; }

    /// <summary>Whether <see cref="Backward"/> reads what <see cref="Forward"/> keeps in the slots.</summary>
    static abstract bool KeepsSlots { get; }

    /// <summary>Computes a step of a row and keeps in the slots the values for <see cref="Backward"/>.</summary>
    static abstract void Forward<TLane>(in DenseStep step) where TLane : struct, IFloatLane<TLane>;

    /// <summary>The adjoint of <see cref="Forward"/>.</summary>
    static abstract void Backward<TLane>(in DenseAdjointStep step) where TLane : struct, IFloatLane<TLane>;
}

/// <summary>A row's memory in one step forward.</summary>
internal unsafe struct DenseStep
{
    public int Channels;

    /// <summary>W_x x_t, [Slots, H]; slots without input are not read.</summary>
    public float* Inputs;

    /// <summary>[Slots, H], written; the memory of <see cref="Inputs"/> where nothing is kept.</summary>
    public float* Slots;

    /// <summary>W_h h_(t-1), [RecurrentSlots, H].</summary>
    public float* Products;

    /// <summary>[Slots, H].</summary>
    public float* Bias;

    /// <summary>[3, H], or null.</summary>
    public float* Peepholes;

    /// <summary>h_(t-1), replaced by h_t.</summary>
    public float* HiddenState;

    /// <summary>c_(t-1), replaced by c_t.</summary>
    public float* CellState;

    /// <summary>h_t, written.</summary>
    public float* Hidden;

    /// <summary>c_t, written; <see cref="CellState"/> where it is not kept.</summary>
    public float* Cell;
}

/// <summary>A row's memory in one backward step.</summary>
internal unsafe struct DenseAdjointStep
{
    public int Channels;

    /// <summary>What forward left, [Slots, H].</summary>
    public float* Slots;

    /// <summary>[3, H], or null.</summary>
    public float* Peepholes;

    public float* Hidden;

    public float* PreviousHidden;

    public float* Cell;

    public float* PreviousCell;

    /// <summary>dL/dh_t from outside.</summary>
    public float* GradOutput;

    /// <summary>The part of dL/dh_t through the recurrent matrix.</summary>
    public float* GradProducts;

    /// <summary>The part of dL/dh_t that bypasses it; replaced by that of dL/dh_(t-1).</summary>
    public float* GradHidden;

    /// <summary>dL/dc_t without this step's output, replaced by dL/dc_(t-1).</summary>
    public float* GradCell;

    /// <summary>[Slots, H], written.</summary>
    public float* GradSlots;

    /// <summary>A copy of the first RecurrentSlots of them, written: the next factor of the recurrent matrix.</summary>
    public float* GradRecurrent;
}
