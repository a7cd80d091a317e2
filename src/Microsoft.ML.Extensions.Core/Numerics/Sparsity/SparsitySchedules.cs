namespace Microsoft.ML.Extensions.Numerics;

/// <summary>How density and rewiring change during training.</summary>
internal static class SparsitySchedules
{
    /// <summary>The density during gradual pruning, from 1 to the final one (Zhu and Gupta 2017, arXiv 1710.01878, equation 1).</summary>
    /// <remarks>The sparsity is <c>s (1 - (1 - done)^3)</c> for the final sparsity s.</remarks>
    /// <param name="final">The final density.</param>
    /// <param name="done">The part of the schedule that is done, 0 to 1.</param>
    public static double Density(double final, double done) => 1 - (1 - final) * (1 - Math.Pow(1 - done, 3));

    /// <summary>The fraction of live units to rewire: half a cosine (Evci et al. 2020, arXiv 1911.11134, section 3).</summary>
    /// <param name="first">The fraction at the beginning.</param>
    /// <param name="step">The step.</param>
    /// <param name="end">The step at which it is 0.</param>
    public static double DropFraction(double first, long step, long end) =>
        step >= end ? 0 : first / 2 * (1 + Math.Cos(Math.PI * step / end));
}
