using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>The base of a model.</summary>
/// <param name="Network">The name of its <see cref="NetworkKind"/>.</param>
/// <param name="Options">Its options.</param>
/// <param name="BaseWeight">What its outputs are multiplied with.</param>
/// <param name="NetworkWeight">What those of the networks are multiplied with; 0 where it answers alone.</param>
/// <param name="Gain">The mean by which the networks lowered the loss of rows that were not learned from; 0 where none was trained.</param>
/// <param name="StandardError">Of the gain.</param>
internal sealed record BaseDescription(string Network, JsonElement Options, double BaseWeight, double NetworkWeight, double Gain, double StandardError)
{
    /// <summary>Whether there are networks beside it.</summary>
    [JsonIgnore]
    public bool HasNetworks => NetworkWeight > 0;

    /// <summary>Both weights.</summary>
    [JsonIgnore]
    public StackingWeights Weights => new(BaseWeight, NetworkWeight);

    /// <summary>Checks what a file says.</summary>
    /// <exception cref="FormatException">No training leaves it.</exception>
    public void Check()
    {
        if (!StackingWeights.All.Contains(Weights))
        {
            throw new FormatException("The weights of its base and its network are none that training leaves.");
        }
        if (!double.IsFinite(Gain) || !double.IsFinite(StandardError) || StandardError < 0 || (HasNetworks && !(Gain > 0)))
        {
            throw new FormatException("The gain of its network over its base is none that training leaves.");
        }
    }
}
