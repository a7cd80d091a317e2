using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions;

/// <summary>Settings of sets of classes that hold the label with a given probability.</summary>
public sealed class ConformalSetOptions
{
    /// <summary>The share of labels that is to be in the set, .01 to .9999. The default is .9.</summary>
    [Range(0.01, 0.9999)]
    public double Coverage { get; set; } = 0.9;

    /// <summary>How unlike its prediction a class is. The default is <see cref="ConformalSetMethod.LeastAmbiguous"/>.</summary>
    public ConformalSetMethod Method { get; set; }

    /// <summary>
    /// Whether each class is in its sets with the probability asked for, the rare ones too (Vovk 2012, arXiv 1209.2673). It needs enough rows of
    /// each class. The default is false: the probability is that of all rows together.
    /// </summary>
    public bool PerClass { get; set; }

    /// <summary>The label, a key of UInt32; a missing one is left out. The default is "Label".</summary>
    [Required]
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>The probabilities of the classes. The default is "Score".</summary>
    [Required]
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>The predicted class as a key, which the sets take their classes from. The default is "PredictedLabel".</summary>
    [Required]
    public string PredictedLabelColumnName { get; set; } = "PredictedLabel";

    /// <summary>The sets, vectors of keys in order of their probabilities. The default is "PredictedLabels".</summary>
    [Required]
    public string OutputColumnName { get; set; } = "PredictedLabels";
}
