using System.ComponentModel.DataAnnotations;
using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

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

    /// <summary>A Single that says how much a row counts; 0 leaves it out. The default, null, counts every row the same.</summary>
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

    /// <summary>
    /// Networks that are trained from different seeds and whose outputs are averaged (deep ensembles: Lakshminarayanan et al. 2017,
    /// arXiv 1612.01474), 0 to 100. The default, 0, chooses: 5 below 500 rows, where a single network's luck decides, and 1 above.
    /// Training and scoring take so many times longer.
    /// </summary>
    [Range(0, 100)]
    public int Members { get; set; }

    /// <summary>How the network is trained.</summary>
    [Required]
    [NestOption]
    public TrainingOptions Training { get; set; } = new();
}
