using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Convolutions over time by Fourier transform, padded against circular wrap-around.</summary>
internal static class CausalFourier
{
    /// <summary>
    /// <c>y[b, h, m, t] = sum_s K[h, m, s] u[b, h, t - s]</c>, and where a second kernel is given,
    /// <c>+ sum_s K2[h, m, s] u[b, h, t + s]</c>.
    /// </summary>
    /// <param name="inputs">u, <c>[B, H, T]</c>; zero in the padding where there is a second kernel.</param>
    /// <param name="kernel">K, <c>[H, M, T]</c>.</param>
    /// <param name="backwards">K2, <c>[H, M, T]</c>, or null.</param>
    /// <returns>y, <c>[B, H, M, T]</c>.</returns>
    public static Tensor Convolve(Tensor inputs, Tensor kernel, Tensor? backwards = null)
    {
        var steps = inputs.shape[^1];
        var length = TransformLength(2 * steps);
        var spectrum = fft.rfft(kernel, length);
        if (backwards is not null)
        {
            // Conjugating a spectrum reverses time.
            spectrum = spectrum.Plus(fft.rfft(backwards, length).conj());
        }
        return fft.irfft(fft.rfft(inputs, length).unsqueeze(2) * spectrum, length).narrow(-1, 0, steps);
    }

    /// <summary>The smallest number 2^k, 3 * 2^k or 5 * 2^k that is at least the number of steps: lengths with fast transforms.</summary>
    public static long TransformLength(long steps)
    {
        var best = long.MaxValue;
        foreach (var factor in (ReadOnlySpan<long>)[1, 3, 5])
        {
            var length = factor;
            while (length < steps)
            {
                length *= 2;
            }
            best = length % 2 == 0 || length == steps ? Math.Min(best, length) : best;
        }
        return best;
    }
}
