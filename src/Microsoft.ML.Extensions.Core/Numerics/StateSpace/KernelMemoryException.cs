namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>There is no memory for the numbers of a kernel.</summary>
/// <param name="bytes">What was wanted.</param>
/// <param name="inner">What the runtime said.</param>
internal sealed class KernelMemoryException(long bytes, Exception inner) : OutOfMemoryException(inner.Message, inner)
{
    /// <summary>What was wanted.</summary>
    public long Bytes => bytes;
}
