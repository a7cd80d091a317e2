using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="ImageTextMatchingTrainer"/>.</summary>
/// <remarks>
/// The feature column is the image, by default <c>Image</c>; the label column is its sentence, by default <c>Text</c>. With
/// <see cref="NetworkTrainerOptions.GroupColumnName"/> null, all rows of one image are held out together. A batch gives its pairs their
/// negatives: where <see cref="TrainingOptions.BatchSize"/> is 0, it is a tenth of the rows, but 8 to 128.
/// </remarks>
public sealed class ImageTextMatchingOptions : ImageTextOptions, ICheckedOptions
{
    /// <summary>The defaults.</summary>
    public ImageTextMatchingOptions() => LabelColumnName = "Text";

    /// <summary>The sentence: a text, or a vector of Single. It is <see cref="TrainerOptions.LabelColumnName"/> by another name.</summary>
    [JsonIgnore]
    public string TextColumnName
    {
        get => LabelColumnName;
        set => LabelColumnName = value;
    }

    /// <summary>The column of the image's vector, of length 1. The default is <c>ImageEmbedding</c>.</summary>
    [Required]
    public string ImageEmbeddingColumnName { get; set; } = "ImageEmbedding";

    /// <summary>The column of the sentence's vector, of length 1. The default is <c>TextEmbedding</c>.</summary>
    [Required]
    public string TextEmbeddingColumnName { get; set; } = "TextEmbedding";

    /// <summary>
    /// The share of the base in the score, 0 to 1. The base is a ridge regression from features of images to words and runs of letters, or from
    /// given vectors, solved before training; <see cref="ImageTextOptions.EmbeddingSize"/> is divided between both. 0 leaves it out; 1 trains no
    /// network, which takes seconds. The default is 0.5.
    /// </summary>
    [Range(0.0, 1.0)]
    [SearchRange(0.0, 1.0, 0.5)]
    public double BaseWeight { get; set; } = 0.5;

    /// <summary>The training objective. The default is <see cref="ImageTextObjective.InfoNce"/>.</summary>
    public ImageTextObjective Objective { get; set; } = ImageTextObjective.InfoNce;

    /// <summary>
    /// For <see cref="ImageTextObjective.Hinge"/>: the margin between cosines, above 0 and at most 2. The default is 0.2, as in VSE++.
    /// </summary>
    [Range(0.0, 2.0, MinimumIsExclusive = true)]
    public double Margin { get; set; } = 0.2;

    /// <summary>The negatives. The default is <see cref="ImageTextNegatives.InBatch"/>.</summary>
    public ImageTextNegatives Negatives { get; set; } = ImageTextNegatives.InBatch;

    /// <summary>
    /// For <see cref="ImageTextNegatives.Uniform"/>: how many are drawn for each pair and direction, 1 to 65,536; a batch has no more than
    /// it has. The default is 8.
    /// </summary>
    [Range(1, 1 << 16)]
    public int NegativesPerPair { get; set; } = 8;

    /// <summary>Which part of a pair is replaced. The default is <see cref="ReplacedPart.Both"/>.</summary>
    public ReplacedPart Replace { get; set; } = ReplacedPart.Both;

    internal override string Sentences => LabelColumnName;

    /// <summary>The numbers of each vector that are the base's.</summary>
    internal int BaseSize => BaseWeight == 0 ? 0 : BaseWeight == 1 ? EmbeddingSize : EmbeddingSize / 2;

    internal ImageTextGoal Goal => new(Objective, Margin, Negatives, NegativesPerPair, Replace);

    IEnumerable<string> ICheckedOptions.Errors()
    {
        foreach (var error in CommonErrors())
        {
            yield return error;
        }
        if (EnsembleSize != 1)
        {
            yield return $"EnsembleSize is {EnsembleSize}; the vectors of different networks have no common space, set it to 1.";
        }
        if (EmbeddingSize == 1 && BaseWeight is > 0 and < 1)
        {
            yield return "EmbeddingSize is 1, and base and network need a number each; set it to 2 or more, or BaseWeight to 0 or 1.";
        }
        if (Training is { BatchSize: 1 })
        {
            yield return "Training.BatchSize is 1, and a batch of one pair has no negatives; set it to 2 or more, or to 0 to choose.";
        }
    }
}
