namespace Microsoft.ML.Extensions.Managed;

/// <summary>There is no memory for a layer's numbers.</summary>
/// <param name="bytes">What was wanted.</param>
/// <param name="inner">What the runtime said.</param>
internal sealed class ScratchMemoryException(long bytes, Exception inner) : OutOfMemoryException(inner.Message, inner)
{
    /// <summary>What was wanted.</summary>
    public long Bytes => bytes;
}
