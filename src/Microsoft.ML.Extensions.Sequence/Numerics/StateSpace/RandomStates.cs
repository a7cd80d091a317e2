namespace Microsoft.ML.Extensions.Numerics.StateSpace;

/// <summary>State matrices without structure, the baseline of HiPPO's.</summary>
internal static class RandomStates
{
    /// <summary>The least decay rate of the slowest mode, as in the diagonal matrices.</summary>
    private const double Decay = 0.5;

    /// <summary>
    /// <c>G / sqrt(N)</c> of a Gaussian matrix G, shifted along the diagonal until all eigenvalues have a real part of at most -1/2:
    /// they lie left of the largest eigenvalue of the symmetric part.
    /// </summary>
    /// <remarks>Differs from the code of LSSL, which takes <c>G / N</c> and keeps unstable modes.</remarks>
    public static double[,] Stable(double[,] normal)
    {
        var size = normal.GetLength(0);
        var scale = 1 / Math.Sqrt(size);
        var symmetric = new double[size, size];
        for (var n = 0; n < size; n++)
        {
            for (var k = 0; k < size; k++)
            {
                symmetric[n, k] = scale * (normal[n, k] + normal[k, n]) / 2;
            }
        }
        return DenseAlgebra.ScaleAndShift(normal, scale, -Spectrum.Symmetric(symmetric)[0] - Decay);
    }
}
