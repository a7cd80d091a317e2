using System.Runtime.InteropServices;
using TorchSharp;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>The memory of a tensor, without a copy.</summary>
internal static class TensorSpans
{
    /// <summary>The elements of a contiguous float tensor on the CPU; valid while the tensor lives.</summary>
    public static Span<float> AsSpan(this torch.Tensor tensor) => MemoryMarshal.Cast<byte, float>(Bytes(tensor, torch.ScalarType.Float32));

    /// <summary>The elements of a contiguous double tensor on the CPU; valid while the tensor lives.</summary>
    public static Span<double> AsDoubles(this torch.Tensor tensor) => MemoryMarshal.Cast<byte, double>(Bytes(tensor, torch.ScalarType.Float64));

    /// <summary>The address of the first element, for kernels that index beyond a span's checks; keep the tensor alive.</summary>
    public static unsafe float* AsPointer(this torch.Tensor tensor)
    {
        fixed (byte* start = Bytes(tensor, torch.ScalarType.Float32))
        {
            return (float*)start;
        }
    }

    private static Span<byte> Bytes(torch.Tensor tensor, torch.ScalarType type)
    {
        if (tensor.dtype != type)
        {
            throw new ArgumentException($"A {type} tensor is wanted, and this one is {tensor.dtype}.", nameof(tensor));
        }
        return tensor.bytes;
    }
}
