using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>
/// GELU by its approximation with tanh, x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) (Hendrycks and Gimpel 2016, arXiv 1606.08415).
/// </summary>
internal static class TanhGelu
{
    private static readonly Scalar Cubic = 0.044715;
    private static readonly Scalar RootOfTwoOverPi = Math.Sqrt(2 / Math.PI);

    public static Tensor Of(Tensor x)
    {
        var inner = (x * x * x).mul(Cubic).Plus(x).mul(RootOfTwoOverPi);
        return x.mul(Numbers.Half) * inner.tanh().Plus(Numbers.One);
    }
}
