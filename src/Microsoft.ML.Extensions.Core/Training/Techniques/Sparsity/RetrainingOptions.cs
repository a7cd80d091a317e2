using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions;

/// <summary>How a pruned model is trained again. What is not here follows the options that the model was trained with.</summary>
public sealed class RetrainingOptions
{
    /// <summary>The epochs, 0 to 100,000. The default, 0, takes the number of the model's own options.</summary>
    [Range(0, TrainingOptions.LargestEpochs)]
    public int Epochs { get; set; }

    /// <summary>
    /// The largest learning rate, above 0 and at most 10. The default, null, takes that of the model's options with its whole schedule, which Renda, Frankle, Carbin 2020 (arXiv
    /// 2003.02389) found better than a small constant rate.
    /// </summary>
    [Range(0.0, 10.0, MinimumIsExclusive = true)]
    public double? LearningRate { get; set; }

    /// <summary>The weights to begin with. The default is <see cref="RetrainingStart.Kept"/>; the others are checks.</summary>
    public RetrainingStart Start { get; set; } = RetrainingStart.Kept;

    /// <summary>The seed of all randomness. The default, null, takes that of the model's options, or draws one from the seed of the <see cref="MLContext"/>.</summary>
    public int? Seed { get; set; }

    /// <summary>Receives a report after each epoch. The default is null.</summary>
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>Stops training within a batch, with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; set; }
}
