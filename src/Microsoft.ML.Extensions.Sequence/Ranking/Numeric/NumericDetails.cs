using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What a ranker of numbers learned from the data before training; part of the head of its models.</summary>
/// <param name="Features">The number of features.</param>
/// <param name="HasBase">Whether there is a base's score after them.</param>
internal sealed record NumericDetails([property: Range(1, SizeLimits.MaxValues)] int Features, bool HasBase)
{
    /// <summary>The numbers of each column.</summary>
    [JsonIgnore]
    public int[] Widths => HasBase ? [Features, 1] : [Features];

    /// <summary>The numbers of a document.</summary>
    [JsonIgnore]
    public int Numbers => Features + (HasBase ? 1 : 0);

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, ModelEntry.Json);

    /// <summary>The details of a loaded model.</summary>
    /// <exception cref="FormatException">They are not those of a ranker of numbers, or not of one with these options.</exception>
    /// <exception cref="ArgumentException">They are out of range; the message lists all that are.</exception>
    public static NumericDetails Of(HeadDescription description, NumericRankingOptions options)
    {
        var details = description.Details?.Deserialize<NumericDetails>(ModelEntry.Json)
            ?? throw new FormatException("The ranker does not say how many features it has.");
        OptionsValidation.Validate(details);
        return details.HasBase == options.BaseScoreColumnName is not null ? details : throw new FormatException(
            $"The ranker has {(details.HasBase ? "a" : "no")} base's score, and its options name {options.BaseScoreColumnName ?? "none"}.");
    }
}
