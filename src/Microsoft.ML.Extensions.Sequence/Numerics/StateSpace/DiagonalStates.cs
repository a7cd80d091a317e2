using System.Numerics;

namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>
/// The diagonals of state matrices of S4D (Gu, Gupta, Goel, Re 2022, arXiv 2206.11893). Complex ones come in conjugate pairs, of which
/// only the one with a positive imaginary part is stored: N / 2 numbers for a state of N.
/// </summary>
internal static class DiagonalStates
{
    /// <summary>S4D-Lin, section 4.2: <c>-1/2 + i pi n</c>, a Fourier basis.</summary>
    public static Complex[] Lin(int pairs) => Fill(pairs, n => new(-0.5, Math.PI * n));

    /// <summary>S4D-Inv, section 4.2: <c>-1/2 + i N/pi (N / (2 n + 1) - 1)</c> with <c>N = 2 pairs</c>, close to the LegS ones.</summary>
    public static Complex[] Inv(int pairs) => Fill(pairs, n => new(-0.5, 2 * pairs / Math.PI * ((2.0 * pairs / ((2 * n) + 1)) - 1)));

    /// <summary>
    /// S4D-LegS, section 4.1: the eigenvalues of the normal part of LegS, <c>A + B B^T / 2</c>, which is skew but for <c>-1/2</c>.
    /// </summary>
    public static Complex[] LegS(int pairs)
    {
        var size = 2 * pairs;
        var skew = Hippo.LegS(size);
        for (var n = 0; n < size; n++)
        {
            for (var k = 0; k < size; k++)
            {
                skew[n, k] += (Hippo.Root(n) * Hippo.Root(k) / 2) + (n == k ? 0.5 : 0);
            }
        }
        return [.. Spectrum.Skew(skew).Take(pairs).Reverse().Select(frequency => new Complex(-0.5, frequency))];
    }

    /// <summary>S4D-Real: <c>-(n + 1)</c>, without conjugates.</summary>
    public static Complex[] Real(int size) => Fill(size, n => new(-(n + 1), 0));

    private static Complex[] Fill(int count, Func<int, Complex> entry) => [.. Enumerable.Range(0, count).Select(entry)];
}
