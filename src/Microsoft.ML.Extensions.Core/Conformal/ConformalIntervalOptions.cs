using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions;

/// <summary>Settings of intervals that hold the label with a given probability.</summary>
public sealed class ConformalIntervalOptions
{
    /// <summary>The share of labels that is to lie within, .01 to .9999. The default is .9.</summary>
    [Range(0.01, 0.9999)]
    public double Coverage { get; set; } = 0.9;

    /// <summary>The label, a Single or a vector of Single of known size; a missing one is left out. The default is "Label".</summary>
    [Required]
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>The prediction, of the label's shape. The default is "Score".</summary>
    [Required]
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>
    /// A column of quantiles that the model predicts, <c>[Q, ...]</c> with two or more of each value of the label; the first and the last are
    /// widened or narrowed to the coverage (Romano, Patterson, Candès 2019, arXiv 1905.03222), so that intervals are wide where the model is
    /// unsure. The default is null: the interval is the prediction and the same distance to either side.
    /// </summary>
    public string? QuantilesColumnName { get; set; }

    /// <summary>The lower ends. The default is "Lower".</summary>
    [Required]
    public string LowerColumnName { get; set; } = "Lower";

    /// <summary>The upper ends. The default is "Upper".</summary>
    [Required]
    public string UpperColumnName { get; set; } = "Upper";
}
