namespace Microsoft.ML.Extensions.Networks;

/// <summary>How Newton's iteration on a recurrence runs, and when its result counts.</summary>
/// <param name="Iterations">K, the iterations that every run makes.</param>
/// <param name="Damping">The part of each correction that is taken, above 0 to 1.</param>
/// <param name="Tolerance">
/// The largest residual that is accepted; above it the iteration goes on. Outputs then lie within about twice of it from the loop's where
/// recurrent weights are within 0.5, so it is the agreement that is aimed at.
/// </param>
/// <param name="FailAbove">Where a residual is above it, or NaN, after K iterations, going on is given up.</param>
internal sealed record NewtonSettings(int Iterations = 3, double Damping = 1, double Tolerance = 1e-4, double FailAbove = 1)
{
    /// <summary>Where going on ends: K is doubled three times.</summary>
    public int MostIterations => 8 * Iterations;
}
