using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The values that a ranker learned from the data before training; part of the head of its models.</summary>
/// <param name="Terms">The terms.</param>
/// <param name="Letters">The letter grams; null where the network reads whole terms only.</param>
/// <param name="NumberWidths">The number of values of each number column, 1 for a scalar.</param>
/// <param name="VectorSize">The length of a term's vector.</param>
/// <param name="Encoder">The encoder that gives the vectors of terms; null where the network has its own.</param>
/// <param name="EncoderFingerprint">Identifies the encoder's weights; null without an encoder.</param>
internal sealed record RankingDetails(
    [property: Required] TermVocabularyContent Terms, TermVocabularyContent? Letters, [property: Required] int[] NumberWidths,
    [property: Range(1, 1 << 16)] int VectorSize,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EncoderDescription? Encoder = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? EncoderFingerprint = null) : ICheckedOptions
{
    /// <summary>The number of values of all number columns.</summary>
    [JsonIgnore]
    public int Numbers => NumberWidths.Sum();

    [JsonIgnore]
    public PairFormat Format => new(TermVocabulary.FirstTerm + Terms.Terms.Length, Numbers, Letters is not null, Encoder is not null);

    /// <summary>The same with term vectors of another length.</summary>
    public RankingDetails WithVectors(int size) => this with { VectorSize = size };

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, ModelEntry.Json);

    /// <summary>The details of a loaded model.</summary>
    /// <exception cref="FormatException">They are not those of a ranker, or not of a ranker with these options.</exception>
    /// <exception cref="ArgumentException">They are out of range; the message lists all that are.</exception>
    public static RankingDetails Of(HeadDescription description, NeuralRankingOptions options)
    {
        var details = description.Details?.Deserialize<RankingDetails>(ModelEntry.Json)
            ?? throw new FormatException("The ranker has no terms.");
        OptionsValidation.Validate(details);
        if (details.Encoder is { } encoder)
        {
            OptionsValidation.Validate(encoder);
        }
        return details.NumberWidths.Length == options.NumberColumnNames.Length ? details : throw new FormatException(
            $"The ranker has {details.NumberWidths.Length} columns of numbers, and its options name {options.NumberColumnNames.Length}.");
    }

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (NumberWidths is not null
            && (Array.Exists(NumberWidths, width => width < 1) || NumberWidths.Sum(width => (long)width) > SizeLimits.MaxValues))
        {
            yield return "NumberWidths has a width that is none, or that is too large.";
        }
        if (Encoder is { Config: { } config } && (config.Width != VectorSize || Letters is not null))
        {
            yield return FormattableString.Invariant(
                $"The encoder has vectors of {config.Width} numbers, and VectorSize is {VectorSize}; they are the same, and there are no letters.");
        }
    }
}
