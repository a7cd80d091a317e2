using TorchSharp;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Numbers that tensor operations take, held for good.</summary>
/// <remarks>
/// TorchSharp makes a native object of each number and does not hold it while native code reads it: a temporary can be freed in between by
/// a garbage collection that another thread starts, and that was seen. So what runs in training and scoring takes its numbers from here,
/// from fields, or from a <c>using</c> that ends after the operation. A sum makes such an object too, of the factor 1 of its second part.
/// </remarks>
internal static class Numbers
{
    public static readonly Scalar Zero = 0;
    public static readonly Scalar Half = 0.5;
    public static readonly Scalar One = 1;
    public static readonly Scalar MinusOne = -1;
    public static readonly Scalar SmallestProbability = 1e-300;
    public static readonly Scalar NegativeInfinity = float.NegativeInfinity;

    public static torch.Tensor Plus(this torch.Tensor left, torch.Tensor right) => left.add(right, One);

    public static torch.Tensor Plus(this torch.Tensor left, Scalar right) => left.add(right, One);

    public static torch.Tensor Minus(this torch.Tensor left, torch.Tensor right) => left.add(right, MinusOne);

    public static torch.Tensor Minus(this torch.Tensor left, Scalar right) => left.add(right, MinusOne);

    // TorchSharp's own is a power, with a temporary 2.
    public static torch.Tensor Squared(this torch.Tensor value) => value * value;
}
