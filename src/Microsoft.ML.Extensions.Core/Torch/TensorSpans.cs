using System.Runtime.InteropServices;
using TorchSharp;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>The memory of a tensor, without a copy.</summary>
internal static class TensorSpans
{
    /// <summary>The elements of a contiguous float tensor on the CPU; valid while the tensor lives.</summary>
    public static Span<float> AsSpan(this torch.Tensor tensor) => MemoryMarshal.Cast<byte, float>(Bytes(tensor));

    /// <summary>The address of the first element, for kernels that index beyond a span's checks; keep the tensor alive.</summary>
    public static unsafe float* AsPointer(this torch.Tensor tensor)
    {
        fixed (byte* start = Bytes(tensor))
        {
            return (float*)start;
        }
    }

    private static Span<byte> Bytes(torch.Tensor tensor)
    {
        if (tensor.dtype != torch.ScalarType.Float32)
        {
            throw new ArgumentException($"A Float32 tensor is wanted, and this one is {tensor.dtype}.", nameof(tensor));
        }
        return tensor.bytes;
    }
}
