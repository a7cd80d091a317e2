using System.Text.Json.Serialization;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The shape of a forecast and how it is made; part of the saved model.</summary>
/// <param name="Horizon">H, the steps ahead.</param>
/// <param name="Targets">K, the series forecast.</param>
/// <param name="Scales">The deviation of each target in the training data, <c>[K]</c>: what losses are measured in.</param>
/// <param name="Options">The user's choices.</param>
/// <param name="Names">The names of the label's slots, <c>[H * K]</c>; null where it has none.</param>
internal sealed record ForecastDescription(int Horizon, int Targets, double[] Scales, ForecastOptions Options,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string[]? Names = null)
{
    /// <summary>The mean and each quantile.</summary>
    public int Kinds => 1 + Options.Quantiles.Length;

    /// <summary>Numbers that a forecast has: <c>[Kinds, H, K]</c>.</summary>
    public int Outputs => Kinds * Horizon * Targets;
}
