namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How a recurrent layer walks along its sequence. All modes compute the same function.</summary>
public enum RecurrenceMode
{
    /// <summary>The fastest mode that serves the device and number type at hand. The default.</summary>
    Auto,

    /// <summary>One step after the other in tensor operations: any device, any floating type; slow, the reference.</summary>
    Sequential,

    /// <summary>One vectorised pass over the sequence on all CPU cores, forward and backward. Single precision on the CPU only.</summary>
    Fused,
}
