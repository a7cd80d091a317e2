namespace Microsoft.ML.Extensions.Networks;

/// <summary>Settings of Newton's iteration on a recurrence.</summary>
/// <param name="Iterations">K, the iterations that every run makes.</param>
/// <param name="Damping">The part of each correction that is taken, above 0 to 1.</param>
/// <param name="Tolerance">
/// The largest accepted residual; above it the iteration continues. Outputs then differ from those of the loop by at most about twice the
/// tolerance where recurrent weights are within 0.5.
/// </param>
/// <param name="FailAbove">Where a residual exceeds it, or is NaN, after K iterations, the iteration stops.</param>
internal sealed record NewtonSettings(int Iterations = 3, double Damping = 1, double Tolerance = 1e-4, double FailAbove = 1)
{
    /// <summary>The most iterations: K is doubled three times.</summary>
    public int MostIterations => 8 * Iterations;
}
