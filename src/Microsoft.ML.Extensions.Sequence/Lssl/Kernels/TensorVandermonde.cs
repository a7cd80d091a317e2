using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The kernel of a diagonal system by a matrix of powers, built by doubling: any device, any floating type, differentiated by torch.
/// </summary>
/// <remarks>An exponential for each power would take several times longer than the doubling.</remarks>
internal static class TensorVandermonde
{
    /// <summary><c>K[h, m, l] = Re sum_n w[h, m, n] lambda[h, n]^l</c>.</summary>
    /// <param name="poles">lambda, complex, <c>[H, modes]</c>.</param>
    /// <param name="weights">w, complex, <c>[H, M, modes]</c>.</param>
    /// <param name="length">L.</param>
    public static Tensor Kernel(Tensor poles, Tensor weights, long length)
    {
        var stride = poles.unsqueeze(-1);
        var powers = ones_like(stride);
        while (powers.shape[^1] < length)
        {
            powers = cat([powers, powers * stride], -1);
            stride = stride * stride;
        }
        return weights.Times(powers.narrow(-1, 0, length)).real;
    }
}
