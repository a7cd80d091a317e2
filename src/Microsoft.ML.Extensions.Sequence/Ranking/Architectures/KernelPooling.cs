using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Kernel pooling (Xiong et al. 2017, arXiv 1706.06613, section 3): soft counts of the document terms at each level of similarity to a
/// query term.
/// </summary>
internal static class KernelPooling
{
    private const double Least = 1e-10;
    private const double Scale = 0.01;

    // Exact matches, then means from .9 down to -.9.
    private static readonly (double Mean, double Deviation)[] s_kernels =
        [(1, 0.001), .. Enumerable.Range(0, 10).Select(i => (0.9 - (0.2 * i), 0.1))];

    private static readonly Scalar s_least = Least;

    /// <summary>The number of kernels, 11.</summary>
    public static int Count => s_kernels.Length;

    /// <summary><c>sum_i log K_k(M_i)</c> of each kernel, <c>[S, 11]</c>, from cosines <c>[S, Lq, Ld]</c> and masks.</summary>
    public static Tensor Of(Tensor cosines, Tensor queryMask, Tensor documentMask)
    {
        var present = documentMask.unsqueeze(1);
        var features = new Tensor[Count];
        for (var k = 0; k < Count; k++)
        {
            var (mean, deviation) = s_kernels[k];
            var kernel = cosines.Minus(mean).Squared().Scaled(-0.5 / (deviation * deviation)).exp();
            var counts = (kernel * present).sum(2);
            features[k] = (counts.clamp_min(s_least).log().Scaled(Scale) * queryMask).sum(1);
        }
        return stack(features, 1);
    }
}
