namespace Microsoft.ML.Extensions.Numerics.DenseRecurrence;

/// <summary>The memory of the backward pass through a dense recurrence, all contiguous single precision.</summary>
/// <remarks>
/// The gradients of the matrices are computed by products of these values: that of W_h, for example, is
/// <see cref="Slots"/> transposed times <see cref="PreviousHidden"/>.
/// </remarks>
internal unsafe struct DenseGradients
{
    /// <summary>dL/dh_t from outside, [B, T, H], read; the padding is ignored.</summary>
    public float* Hidden;

    /// <summary>dL/dh after each row's last step, [B, H], read; null stands for zero.</summary>
    public float* LastHidden;

    /// <summary>dL/dc after each row's last step, [B, H], read; null stands for zero.</summary>
    public float* LastCell;

    /// <summary>dL by the sum that enters each slot, [B, T, Slots, H], written; zero in the padding.</summary>
    public float* Slots;

    /// <summary>h_(t-1), [B, T, H], written; zero in the padding.</summary>
    public float* PreviousHidden;

    /// <summary>c_(t-1), [B, T, H], written, zero in the padding; null where not needed.</summary>
    public float* PreviousCell;

    /// <summary>dL/dh_0, [B, H], written.</summary>
    public float* InitialHidden;

    /// <summary>dL/dc_0, [B, H], written; null where the cell has no such state.</summary>
    public float* InitialCell;
}
