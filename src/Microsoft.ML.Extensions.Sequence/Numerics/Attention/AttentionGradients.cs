namespace Microsoft.ML.Extensions.Numerics.Attention;

/// <summary>The memory of the backward pass; shapes are those of <see cref="AttentionData"/>.</summary>
internal unsafe struct AttentionGradients
{
    /// <summary>dL/do_t, given; not read in the padding.</summary>
    public float* Outputs;

    /// <summary>dL/ds_t, zero in the padding.</summary>
    public float* Scores;

    /// <summary>dL/dv_t, zero in the padding.</summary>
    public float* Values;
}
