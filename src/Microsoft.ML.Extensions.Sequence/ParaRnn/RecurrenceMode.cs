namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How a recurrent layer walks along its sequence. All modes compute the same function.</summary>
public enum RecurrenceMode
{
    /// <summary>
    /// The fastest mode that serves the device and number type at hand. The default. Single precision on the CPU: <see cref="Fused"/>.
    /// Double precision on the CPU: <see cref="Sequential"/>, which is exact. Other devices: <see cref="Newton"/>.
    /// </summary>
    Auto,

    /// <summary>One step after the other in tensor operations: any device, any floating type; slow, the reference.</summary>
    Sequential,

    /// <summary>One vectorised pass over the sequence on all CPU cores, forward and backward. Single precision on the CPU only.</summary>
    Fused,

    /// <summary>
    /// All steps at once by Newton's iteration in tensor operations, the paper's way: any device, any floating type. On a processor of
    /// few cores it is the slower one, save for few rows and channels; it is made for devices that run thousands of operations side by side.
    /// </summary>
    Newton,
}
