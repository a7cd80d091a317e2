using System.ComponentModel.DataAnnotations;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.Extensions;

/// <summary>What the options of every network trainer have: columns, missing values, training.</summary>
public abstract class NetworkTrainerOptions
{
    /// <summary>For the option classes of this pack.</summary>
    private protected NetworkTrainerOptions()
    {
    }

    /// <summary>The label: a key (multiclass), a Boolean (binary) or a Single (regression). The default is <c>Label</c>.</summary>
    [Required]
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>The input. The default is <c>Features</c>.</summary>
    [Required]
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>A Single that says how much a row counts. The default, null, counts every row the same.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>The name of the score column. The default is <c>Score</c>.</summary>
    [Required]
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>The name of the predicted class; classification only. The default is <c>PredictedLabel</c>.</summary>
    [Required]
    public string PredictedLabelColumnName { get; set; } = "PredictedLabel";

    /// <summary>The name of the probability of true; binary classification only. The default is <c>Probability</c>.</summary>
    [Required]
    public string ProbabilityColumnName { get; set; } = "Probability";

    /// <summary>What to do with NaN among the inputs. The default is <see cref="MissingValues.Error"/>.</summary>
    public MissingValues MissingValues { get; set; } = MissingValues.Error;

    /// <summary>How the network is trained.</summary>
    [Required]
    [NestOption]
    public TrainingOptions Training { get; set; } = new();
}
