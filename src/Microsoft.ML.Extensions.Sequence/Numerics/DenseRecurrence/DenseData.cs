namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>
/// The memory of a dense recurrence, all contiguous single precision. Slots are the gates of a cell: see <see cref="IDenseCell"/>.
/// </summary>
internal unsafe struct DenseData
{
    /// <summary>x_t, [B, T / Turns, D], which the first turn of a step reads; null where <see cref="InputProducts"/> are given.</summary>
    public float* Input;

    /// <summary>W_x, [InputSlots * H, D].</summary>
    public float* InputMatrix;

    /// <summary>D.</summary>
    public int InputSize;

    /// <summary>W_x x_t of all steps without bias, [B, T, Slots, H], in place of <see cref="Input"/>.</summary>
    public float* InputProducts;

    /// <summary>
    /// Values for the backward pass, [B, T, Slots, H], written by forward; null where there is none, or the cell keeps nothing in them.
    /// </summary>
    public float* Slots;

    /// <summary>The recurrent matrices, [Turns, RecurrentSlots * H, H].</summary>
    public float* Recurrent;

    /// <summary>[Turns, Slots, H].</summary>
    public float* Bias;

    /// <summary>Weights from the cell's state to the gates i, f, o, [3, H]; null for none.</summary>
    public float* Peepholes;

    /// <summary>h_0, [B, H].</summary>
    public float* InitialHidden;

    /// <summary>c_0, [B, H]; null where the cell has no such state.</summary>
    public float* InitialCell;

    /// <summary>Valid steps of each row, [B]; null stands for T.</summary>
    public int* Lengths;

    /// <summary>
    /// The first step of each row and the number of all, [B + 1], where rows follow each other without padding; null for padded rows. Forward
    /// only.
    /// </summary>
    public int* Starts;

    /// <summary>Every h_t, [B, T, H], written by forward; zero in the padding.</summary>
    public float* Hidden;

    /// <summary>Every c_t, [B, T, H], written by forward, zero in the padding; null where the cell has no such state, or nothing needs it.</summary>
    public float* Cell;
}
