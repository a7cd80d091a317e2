using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The values that a model of pairs learned from the data before training; part of the head of its models.</summary>
/// <param name="Image">The format of images.</param>
/// <param name="Text">The format of sentences.</param>
/// <param name="ImageColumn">The column of the image's vector.</param>
/// <param name="TextColumn">The column of the sentence's vector.</param>
/// <param name="BaseSize">The numbers of these vectors that are the base's; 0 without one, as in models made before there was one.</param>
internal sealed record ImageTextDetails(
    [property: Required] ImageFormat Image, [property: Required] TextFormat Text,
    [property: Required] string ImageColumn, [property: Required] string TextColumn,
    [property: Range(0, ImageTextOptions.LargestEmbedding)] int BaseSize = 0)
{
    /// <summary>The size of the vocabulary, with padding and the unknown term; 0 for vectors.</summary>
    [JsonIgnore]
    public int Terms => Text.Terms is { } terms ? TermVocabulary.FirstTerm + terms.Terms.Length : 0;

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, ModelEntry.Json);

    /// <summary>The details of a model.</summary>
    /// <exception cref="FormatException">There are none.</exception>
    /// <exception cref="ArgumentException">They are out of range; the message lists all that are.</exception>
    public static ImageTextDetails Of(HeadDescription description)
    {
        var details = description.Details?.Deserialize<ImageTextDetails>(ModelEntry.Json)
            ?? throw new FormatException("The model does not say what its images and sentences are.");
        OptionsValidation.Validate(details);
        return details;
    }
}
