using System.Runtime.InteropServices;
using TorchSharp;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Scalars for tensor operations, kept alive while native code reads them.</summary>
/// <remarks>
/// TorchSharp creates a native object for each number and does not keep it alive while native code reads it: a temporary can be freed
/// meanwhile by a garbage collection on another thread, which was observed. So every number comes from here, from a field, or from a
/// <c>using</c> that ends after the operation. A sum creates such an object too, for the factor 1 of its second operand. A test searches
/// the IL of every assembly for others.
/// </remarks>
internal static class Numbers
{
    public static readonly Scalar Zero = 0;
    public static readonly Scalar Half = 0.5;
    public static readonly Scalar One = 1;
    public static readonly Scalar MinusOne = -1;
    /// <summary>What stands for a probability of 0 where its logarithm is taken.</summary>
    public const double LeastProbability = 1e-300;

    public static readonly Scalar SmallestProbability = LeastProbability;
    public static readonly Scalar NegativeInfinity = float.NegativeInfinity;

    public static torch.Tensor Plus(this torch.Tensor left, torch.Tensor right) => left.add(right, One);

    public static torch.Tensor Plus(this torch.Tensor left, Scalar right) => left.add(right, One);

    public static torch.Tensor Plus(this torch.Tensor left, double right)
    {
        using Scalar number = right;
        return left.Plus(number);
    }

    public static torch.Tensor Plus(this torch.Tensor left, torch.Tensor right, double factor)
    {
        using Scalar number = factor;
        return left.add(right, number);
    }

    public static torch.Tensor Minus(this torch.Tensor left, torch.Tensor right) => left.add(right, MinusOne);

    public static torch.Tensor Minus(this torch.Tensor left, Scalar right) => left.add(right, MinusOne);

    public static torch.Tensor Minus(this torch.Tensor left, double right)
    {
        using Scalar number = right;
        return left.Minus(number);
    }

    public static torch.Tensor Scaled(this torch.Tensor tensor, double factor)
    {
        using Scalar number = factor;
        return tensor.mul(number);
    }

    // TorchSharp's square is a power with a temporary exponent 2.
    public static torch.Tensor Squared(this torch.Tensor value) => value * value;

    /// <summary>The numbers from 0 to one less than the count.</summary>
    public static torch.Tensor Range(long count, torch.ScalarType type, torch.Device? device = null) => Range(0, count, type, device);

    /// <summary>The numbers from the first one to one less than the end.</summary>
    public static torch.Tensor Range(long first, long end, torch.ScalarType type, torch.Device? device = null)
    {
        using Scalar start = first, stop = end;
        return torch.arange(start, stop, One, type, device);
    }

    /// <summary>The only element of a tensor.</summary>
    /// <remarks>TorchSharp's item() does not keep the tensor alive, and leaves an object for the collector each time.</remarks>
    public static T Item<T>(this torch.Tensor tensor) where T : unmanaged
    {
        if (tensor.numel() != 1)
        {
            throw new ArgumentException($"A tensor of one element is needed, and this one has {tensor.numel()}.", nameof(tensor));
        }
        if (tensor.dtype != TypeOf<T>())
        {
            throw new ArgumentException($"A tensor of {typeof(T).Name} is needed, and this one is {tensor.dtype}.", nameof(tensor));
        }
        using var copy = tensor.device_type == DeviceType.CPU ? null : tensor.cpu();
        var value = MemoryMarshal.Read<T>((copy ?? tensor).bytes);
        GC.KeepAlive(tensor);
        return value;
    }

    private static torch.ScalarType? TypeOf<T>() =>
        typeof(T) == typeof(float) ? torch.ScalarType.Float32
        : typeof(T) == typeof(double) ? torch.ScalarType.Float64
        : typeof(T) == typeof(long) ? torch.ScalarType.Int64
        : typeof(T) == typeof(int) ? torch.ScalarType.Int32
        : typeof(T) == typeof(bool) ? torch.ScalarType.Bool
        : null;
}
