using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="ImageTextPairTrainer"/>.</summary>
/// <remarks>
/// The label is a Boolean, by default <c>Label</c>. With <see cref="NetworkTrainerOptions.GroupColumnName"/> null, all rows of one image
/// are held out together; where images are variants of each other, name a group.
/// </remarks>
public sealed class ImageTextPairOptions : ImageTextOptions, ICheckedOptions
{
    /// <summary>The sentence: a text, or a vector of Single. The default is <c>Text</c>.</summary>
    [Required]
    public string TextColumnName { get; set; } = "Text";

    internal override string Sentences => TextColumnName;

    IEnumerable<string> ICheckedOptions.Errors() => CommonErrors();
}
