namespace Microsoft.ML.Extensions.Numerics.Recurrence;

/// <summary>The memory of a backward scan, all contiguous single precision.</summary>
internal unsafe struct ScanGradients
{
    /// <summary>dL/dh_t, [B, T, H], read; the padding is ignored.</summary>
    public float* Output;

    /// <summary>dL/ds_last, [S, B, H], read; null stands for zero.</summary>
    public float* Last;

    /// <summary>dL/dx_t, [Heads, B, T, G, W], written; zero in the padding.</summary>
    public float* Inputs;

    /// <summary>dL/da, then dL/db, [P + G, H], written.</summary>
    public float* Parameters;

    /// <summary>dL/ds_0, [S, B, H], written; null where not needed.</summary>
    public float* Initial;
}
