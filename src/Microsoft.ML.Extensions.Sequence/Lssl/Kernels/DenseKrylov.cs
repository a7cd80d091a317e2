using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The Krylov vectors of dense matrices by repeated squaring (Gu et al. 2021, arXiv 2110.13985, appendix): any device and floating type.
/// </summary>
internal static class DenseKrylov
{
    /// <summary><c>X[h, :, l] = Abar[h]^l Bbar[h]</c>.</summary>
    /// <param name="transition">Abar, <c>[H, N, N]</c>.</param>
    /// <param name="input">Bbar, <c>[H, N]</c>.</param>
    /// <param name="length">L.</param>
    /// <returns>X, <c>[H, N, L]</c>.</returns>
    public static Tensor Run(Tensor transition, Tensor input, long length)
    {
        var (power, states) = (transition, input.unsqueeze(-1));
        while (states.shape[^1] < length)
        {
            var known = states.shape[^1];
            states = cat([states, power.Times(states.narrow(-1, 0, Math.Min(known, length - known)))], -1);
            power = states.shape[^1] < length ? power.Times(power) : power;
        }
        return states;
    }
}
