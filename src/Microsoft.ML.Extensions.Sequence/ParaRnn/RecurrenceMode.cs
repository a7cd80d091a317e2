namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How a recurrent layer is computed along the sequence. All modes compute the same function.</summary>
public enum RecurrenceMode
{
    /// <summary>
    /// The fastest mode for the device and number type. The default. Single precision on the CPU: <see cref="Fused"/>.
    /// Double precision on the CPU: <see cref="Sequential"/>, which is exact. Other devices: <see cref="Newton"/>.
    /// </summary>
    Auto,

    /// <summary>One step after the other in tensor operations: any device, any floating type; slow, the reference.</summary>
    Sequential,

    /// <summary>One vectorised pass over the sequence on all CPU cores, forward and backward. Single precision on the CPU only.</summary>
    Fused,

    /// <summary>
    /// All steps at once by Newton's iteration in tensor operations, as in the paper: any device, any floating type. On a processor with
    /// few cores it is slower, except for few rows and channels; it is designed for devices that run thousands of operations in parallel.
    /// </summary>
    Newton,
}
