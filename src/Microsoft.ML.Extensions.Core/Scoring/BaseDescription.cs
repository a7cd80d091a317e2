using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>The base of a model.</summary>
/// <param name="Network">The name of its <see cref="NetworkKind"/>.</param>
/// <param name="Options">Its options.</param>
/// <param name="BaseWeight">What its outputs are multiplied with.</param>
/// <param name="NetworkWeight">What those of the networks are multiplied with; 0 where the base makes the predictions alone.</param>
/// <param name="Gain">The mean by which the networks lowered the loss of rows that they were not trained on; 0 where none was trained.</param>
/// <param name="StandardError">The standard error of the gain.</param>
internal sealed record BaseDescription(
    string Network, JsonElement Options, double BaseWeight = 1, double NetworkWeight = 0, double Gain = 0, double StandardError = 0)
{
    /// <summary>What files from before 0.1.0 say instead of weights, where networks had learned what the base leaves; not written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsCorrected { get; init; }

    /// <summary>Whether there are networks beside it.</summary>
    [JsonIgnore]
    public bool HasNetworks => NetworkWeight > 0;

    /// <summary>Both weights.</summary>
    [JsonIgnore]
    public StackingWeights Weights => new(BaseWeight, NetworkWeight);

    /// <summary>Checks a description from a file.</summary>
    /// <exception cref="FormatException">No training gives these values.</exception>
    public void Check()
    {
        if (IsCorrected)
        {
            throw new FormatException("Its networks correct its base, as versions before 0.1.0 had it, which this version does not score; train it again.");
        }
        if (!Weights.CanBe)
        {
            throw new FormatException("The weights of its base and its network are none that training leaves.");
        }
        if (!double.IsFinite(Gain) || !double.IsFinite(StandardError) || StandardError < 0 || (HasNetworks && !(Gain > 0)))
        {
            throw new FormatException("The gain of its network over its base, or the standard error of it, is not a possible result of training.");
        }
    }
}
