using Microsoft.ML.Extensions.Numerics.Gaussians;
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
    public const float Least = 1e-10f;

    public const float Scale = 0.01f;

    // Exact matches, then means from .9 down to -.9.
    private static readonly Gaussian[] s_kernels = [new(1, 0.001), .. Enumerable.Range(0, 10).Select(i => new Gaussian(0.9 - (0.2 * i), 0.1))];

    private static readonly Scalar s_least = Least;

    /// <summary>The kernels.</summary>
    public static ReadOnlySpan<Gaussian> Kernels => s_kernels;

    /// <summary>The number of kernels, 11.</summary>
    public static int Count => s_kernels.Length;

    /// <summary><c>sum_i log K_k(M_i)</c> of each kernel, <c>[S, 11]</c>.</summary>
    /// <param name="cosines">M, <c>[S, Lq, Ld]</c>, of the pairs of a batch.</param>
    /// <param name="batch">The batch.</param>
    public static Tensor Of(Tensor cosines, PairBatch batch) => FusedKernelPooling.Serves(cosines)
        ? FusedKernelPooling.Run(cosines, batch.QueryLengthsOfPairs(), batch.DocumentLengths)
        : Composed(cosines, batch.OfPairs(batch.QueryMask), batch.DocumentMask);

    /// <summary>The same by operations of libtorch, from masks.</summary>
    public static Tensor Composed(Tensor cosines, Tensor queryMask, Tensor documentMask)
    {
        var present = documentMask.unsqueeze(1);
        var features = new Tensor[Count];
        for (var k = 0; k < Count; k++)
        {
            var kernel = cosines.Minus(s_kernels[k].Mean).Squared().Scaled(s_kernels[k].Exponent).exp();
            var counts = (kernel * present).sum(2);
            features[k] = (counts.clamp_min(s_least).log().Scaled(Scale) * queryMask).sum(1);
        }
        return stack(features, 1);
    }
}
