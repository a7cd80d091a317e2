namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>Scratch memory of a kernel, aligned for the widest lane; not cleared.</summary>
internal readonly unsafe struct FloatBuffer(long size) : IDisposable
{
    public readonly float* Start = FloatMemory.Rent(size);

    public void Dispose() => FloatMemory.Return(Start);
}
