namespace Microsoft.ML.Extensions.Networks;

/// <summary>How Newton's iteration on a recurrence runs, and when its result counts.</summary>
/// <param name="Iterations">K, the iterations that every run makes.</param>
/// <param name="Damping">The part of each correction that is taken, above 0 to 1.</param>
/// <param name="WarnAbove">A residual above it is not accepted: the iteration goes on.</param>
/// <param name="FailAbove">Where a residual above it, or NaN, is found after K iterations, going on is given up.</param>
internal sealed record NewtonSettings(int Iterations = 3, double Damping = 1, double WarnAbove = 1e-3, double FailAbove = 1)
{
    /// <summary>Where going on ends: K is doubled three times.</summary>
    public int MostIterations => 8 * Iterations;
}
