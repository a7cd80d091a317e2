using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A native number of each kind that <see cref="NativeNumberReader"/> is to find, and those that are held. Never called.</summary>
internal sealed class TemporaryNumbers
{
    private static readonly Scalar Three = 3;

    public static Tensor Converted(Tensor tensor) => tensor.mul(0.5);

    public static Tensor Made(Tensor tensor) => tensor.mul(0.5.ToScalar());

    public static Tensor Kept(Tensor tensor)
    {
        Scalar half = 0.5;
        return tensor.mul(half);
    }

    public static Tensor Operator(Tensor tensor) => tensor * 0.5;

    public static Tensor Sum(Tensor left, Tensor right) => left + right;

    public static Tensor Inner(Tensor tensor) => tensor.square();

    public static Tensor Deeper(Tensor tensor) => nn.functional.softplus(tensor, 2, 1);

    public static float Read(Tensor tensor) => tensor.ToSingle();

    public static float Element(Tensor tensor) => tensor.item<float>();

    public static Tensor HeldByAField(Tensor tensor) => tensor.mul(Three);

    public static Tensor HeldByUsing(Tensor tensor, double value)
    {
        using Scalar number = value;
        return tensor.mul(number);
    }
}
