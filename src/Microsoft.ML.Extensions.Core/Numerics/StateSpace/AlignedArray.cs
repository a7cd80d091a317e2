using System.Runtime.CompilerServices;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>Numbers at a fixed address, aligned for the widest lane, which the garbage collector frees; not cleared.</summary>
internal sealed unsafe class AlignedArray
{
    private const int Lane = 16;

    private readonly float[] _numbers;

    /// <param name="length">How many numbers.</param>
    public AlignedArray(nint length)
    {
        _numbers = GC.AllocateUninitializedArray<float>(checked((int)Math.Max(1, length) + Lane), pinned: true);
        var start = (nint)Unsafe.AsPointer(ref _numbers[0]);
        Start = (float*)((start + (Lane * sizeof(float)) - 1) & ~((Lane * (nint)sizeof(float)) - 1));
        Length = length;
    }

    /// <summary>A copy of numbers.</summary>
    public AlignedArray(ReadOnlySpan<float> numbers)
        : this(numbers.Length) => numbers.CopyTo(Span);

    /// <summary>The first number; valid as long as this object is reachable.</summary>
    public float* Start { get; }

    public nint Length { get; }

    public Span<float> Span => new(Start, (int)Length);
}
