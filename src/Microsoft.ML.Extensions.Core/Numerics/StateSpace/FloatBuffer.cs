using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>Scratch memory of a kernel, aligned for the widest lane; not cleared.</summary>
internal readonly unsafe struct FloatBuffer(int size) : IDisposable
{
    private const int Alignment = 64;

    public readonly float* Start = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, size) * sizeof(float), Alignment);

    public void Dispose() => NativeMemory.AlignedFree(Start);
}
