namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>Numbers that are kept and shared by threads, aligned for the widest lane, zero at first; garbage-collected.</summary>
/// <remarks>Whoever uses the pointer keeps the object alive.</remarks>
internal sealed unsafe class AlignedFloats
{
    /// <summary>How many floats the alignment is.</summary>
    public const int Alignment = 16;

    private readonly float[] _values;

    public AlignedFloats(int count)
    {
        _values = GC.AllocateArray<float>(checked(count + Alignment), pinned: true);
        Start = Align((float*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_values, 0));
    }

    public float* Start { get; }

    /// <summary>The first aligned place from a pointer on.</summary>
    public static float* Align(float* pointer) =>
        (float*)(((nuint)pointer + (Alignment * sizeof(float)) - 1) & ~(nuint)((Alignment * sizeof(float)) - 1));
}
