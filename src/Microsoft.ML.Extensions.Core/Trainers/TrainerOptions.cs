using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions;

/// <summary>The options of every trainer: columns and missing values.</summary>
public abstract class TrainerOptions
{
    /// <summary>For the option classes of this pack.</summary>
    private protected TrainerOptions()
    {
    }

    /// <summary>The label: a key (multiclass), a Boolean (binary) or a Single (regression). The default is <c>Label</c>.</summary>
    [Required]
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>The input. The default is <c>Features</c>.</summary>
    [Required]
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>The example weight, a Single; rows of weight 0 are left out. The default, null, gives every row the same weight.</summary>
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
    /// Whether training and scoring give the same bits for any number of threads, by using one thread: on the CPU, where libtorch has a
    /// thread count per thread (Linux x64). Elsewhere <c>Fit</c> throws, and a model that was trained this way scores like any other. The
    /// default is false.
    /// </summary>
    public bool Deterministic { get; set; }

    /// <summary>The group column, for trainers that hold rows out; null for none.</summary>
    internal virtual string? RowGroups => null;

    /// <summary>The settings of a fit that are common to all trainers.</summary>
    internal abstract FitSettings Settings { get; }
}

/// <summary>The settings of a fit that are common to all trainers.</summary>
/// <param name="Seed">The seed of everything random; null draws one from the context.</param>
/// <param name="Device">Where to compute.</param>
/// <param name="RowBytes">Memory for rows.</param>
/// <param name="CancellationToken">Stops the fit.</param>
internal sealed record FitSettings(int? Seed, ComputeDevice Device, long RowBytes, CancellationToken CancellationToken);
