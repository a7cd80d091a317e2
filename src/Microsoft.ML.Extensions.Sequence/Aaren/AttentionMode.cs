namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How attention of a learned query over all prefixes is computed. All modes compute the same function.</summary>
public enum AttentionMode
{
    /// <summary>The fastest mode for the device and number type. The default.</summary>
    Auto,

    /// <summary>A parallel prefix scan in tensor operations, log2(T) rounds over all steps: any device, any floating type.</summary>
    Scan,

    /// <summary>
    /// A softmax of all T x T pairs, the later ones masked: any device, any floating type; memory grows with T squared. The reference.
    /// </summary>
    Softmax,

    /// <summary>One vectorised pass over the sequence on all CPU cores, forward and backward. Single precision on the CPU only.</summary>
    Fused,
}
