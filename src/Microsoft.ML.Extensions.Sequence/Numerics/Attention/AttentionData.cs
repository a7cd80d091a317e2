namespace Microsoft.ML.Extensions.Numerics.Attention;

/// <summary>The memory of an attention over prefixes, all contiguous single precision.</summary>
internal unsafe struct AttentionData
{
    /// <summary>s_t, query times key, [B, T, Heads].</summary>
    public float* Scores;

    /// <summary>v_t, [B, T, Heads, W].</summary>
    public float* Values;

    /// <summary>Valid steps of each row, [B]; null stands for T.</summary>
    public int* Lengths;

    /// <summary>o_t, [B, T, Heads, W], zero in the padding.</summary>
    public float* Outputs;

    /// <summary>Values of the forward pass that the backward pass needs, [B, Heads, T].</summary>
    public StepFactors* Factors;
}
