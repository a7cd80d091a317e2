namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>The memory of a scan, all contiguous single precision.</summary>
internal unsafe struct ScanData
{
    /// <summary>B x_t without bias, [Heads, B, T, G, W].</summary>
    public float* Inputs;

    /// <summary>The cell's recurrent parameters, then one bias per gate, [P + G, H].</summary>
    public float* Parameters;

    /// <summary>s_0, [S, B, H]; null stands for zero.</summary>
    public float* Initial;

    /// <summary>Valid steps of each row, [B]; null stands for T.</summary>
    public int* Lengths;

    /// <summary>
    /// The first step of each row and the number of all, [B + 1], where rows follow each other without padding and stand for [B, T]; null
    /// for padded rows. Forward only, and with one head.
    /// </summary>
    public int* Starts;

    /// <summary>Every s_t, [S, B, T, H], zero in the padding. Its last [B, T, H] is the output.</summary>
    public float* States;
}
