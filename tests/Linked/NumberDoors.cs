using TorchSharp;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>
/// Operations with numbers that tests need and the library does not. Each holds its number until the call returns; those named by a verb
/// change the tensor in place.
/// </summary>
internal static class NumberDoors
{
    public static torch.Tensor Over(this torch.Tensor tensor, double divisor)
    {
        using Scalar number = divisor;
        return tensor.div(number);
    }

    public static torch.Tensor Clamped(this torch.Tensor tensor, double least, double most)
    {
        using Scalar low = least, high = most;
        return tensor.clamp(low, high);
    }

    public static torch.Tensor Full(long[] shape, double value, torch.ScalarType type = torch.ScalarType.Float32) =>
        torch.empty(shape, type).Fill(value);

    public static torch.Tensor Fill(this torch.Tensor tensor, double value)
    {
        using Scalar number = value;
        return tensor.fill_(number);
    }

    public static torch.Tensor Scale(this torch.Tensor tensor, double factor)
    {
        using Scalar number = factor;
        return tensor.mul_(number);
    }

    public static torch.Tensor Add(this torch.Tensor tensor, double value)
    {
        using Scalar number = value, one = 1;
        return tensor.add_(number, one);
    }

    public static torch.Tensor Subtract(this torch.Tensor tensor, double value) => tensor.Add(-value);
}
