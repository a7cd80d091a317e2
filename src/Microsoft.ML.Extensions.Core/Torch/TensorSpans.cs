using System.Runtime.InteropServices;
using TorchSharp;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>The memory of a tensor, without a copy.</summary>
internal static class TensorSpans
{
    /// <summary>The elements of a contiguous float tensor on the CPU; valid while the tensor lives.</summary>
    public static Span<float> AsSpan(this torch.Tensor tensor) => MemoryMarshal.Cast<byte, float>(Bytes(tensor, torch.ScalarType.Float32));

    /// <summary>The elements of a contiguous double tensor on the CPU; valid while the tensor lives.</summary>
    public static Span<double> AsDoubles(this torch.Tensor tensor) =>
        MemoryMarshal.Cast<byte, double>(Bytes(tensor, torch.ScalarType.Float64));

    /// <summary>The address of the first element, for kernels that index beyond a span's checks; keep the tensor alive.</summary>
    public static unsafe float* AsPointer(this torch.Tensor tensor)
    {
        fixed (byte* start = Bytes(tensor, torch.ScalarType.Float32))
        {
            return (float*)start;
        }
    }

    /// <inheritdoc cref="AsPointer"/>
    /// <remarks>Null where there is no tensor.</remarks>
    public static unsafe float* AsPointerOrNull(this torch.Tensor? tensor) => tensor is null ? null : tensor.AsPointer();

    /// <summary>A tensor with a copy of the numbers in libtorch's own, aligned memory.</summary>
    /// <remarks>
    /// <c>torch.tensor</c> uses the runtime's array at its address, and vectorised sums may begin at aligned addresses, so equal numbers
    /// at another address may give another last bit.
    /// </remarks>
    /// <param name="values">The numbers, row after row.</param>
    /// <param name="shape">The tensor's shape.</param>
    public static torch.Tensor ToAligned(this ReadOnlySpan<double> values, params long[] shape)
    {
        var tensor = torch.empty(shape, torch.ScalarType.Float64);
        values.CopyTo(tensor.AsDoubles());
        return tensor;
    }

    /// <inheritdoc cref="ToAligned(ReadOnlySpan{double}, long[])"/>
    public static torch.Tensor ToAligned(this double[] values, params long[] shape) => ToAligned((ReadOnlySpan<double>)values, shape);

    /// <inheritdoc cref="ToAligned(ReadOnlySpan{double}, long[])"/>
    public static torch.Tensor ToAligned(this float[] values, params long[] shape)
    {
        var tensor = torch.empty(shape, torch.ScalarType.Float32);
        values.CopyTo(tensor.AsSpan());
        return tensor;
    }

    private static Span<byte> Bytes(torch.Tensor tensor, torch.ScalarType type)
    {
        if (tensor.dtype != type)
        {
            throw new ArgumentException($"A {type} tensor is needed, and this one is {tensor.dtype}.", nameof(tensor));
        }
        return tensor.bytes;
    }
}
