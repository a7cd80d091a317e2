using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.ML.Extensions.Training;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions;

/// <summary>How a network is trained: the same options, with the same meaning, for every trainer of the pack.</summary>
/// <remarks>Where 0 or null means "chosen from the data", the chosen value is written to <see cref="MLContext.Log"/>.</remarks>
public sealed class TrainingOptions
{
    internal const double DefaultLabelSmoothing = 0.1;

    internal const int LargestEpochs = 100_000;

    /// <summary>The number of epochs, 0 to 100,000. The default, 0, chooses: about 800 optimiser steps, but 10 to 150 epochs.</summary>
    [Range(0, LargestEpochs)]
    public int Epochs { get; set; }

    /// <summary>
    /// The rows per optimiser step, 0 to 65,536. The default, 0, chooses: a twentieth of the rows, but 8 to 64, unless the trainer says
    /// otherwise.
    /// </summary>
    [Range(0, 65_536)]
    public int BatchSize { get; set; }

    /// <summary>The largest step size of the schedule, above 0 and at most 10. The default is 0.005.</summary>
    [Range(0.0, 10.0, MinimumIsExclusive = true)]
    [SearchRange(5e-4, 2e-2, 5e-3, true)]
    public double LearningRate { get; set; } = 5e-3;

    /// <summary>The update rule. The default is <see cref="OptimizerKind.AdamW"/>.</summary>
    public OptimizerKind Optimizer { get; set; } = OptimizerKind.AdamW;

    /// <summary>Decoupled weight decay of matrices, 0 to 10; gates, biases and norms have none. The default is 0.01.</summary>
    [Range(0.0, 10.0)]
    [SearchRange(1e-4, 0.3, 1e-2, true)]
    public double WeightDecay { get; set; } = 1e-2;

    /// <summary>The largest norm of the whole gradient, 0 (no limit) to 1e6. The default is 1.</summary>
    [Range(0.0, 1e6)]
    public double GradientClip { get; set; } = 1;

    /// <summary>How the step size changes over the run. The default is <see cref="LearningRateSchedule.Cosine"/>.</summary>
    public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.Cosine;

    /// <summary>The fraction of all steps during which the step size rises from 0, from 0 to 1. The default is 0.1.</summary>
    [Range(0.0, 1.0)]
    public double WarmupFraction { get; set; } = 0.1;

    /// <summary>
    /// The fraction of the rows, 0 to 0.9, held out as a validation set. The default, null, chooses: none below 2,000 rows, where each
    /// is worth more in training, and a tenth above. Ignored where validation data is given to <c>Fit</c>. For windows and forecasts
    /// the end of each series is held out, with a gap in which a window would share steps with both parts; rows of a group stay together;
    /// other rows are drawn one by one.
    /// </summary>
    [Range(0.0, 0.9)]
    public double? ValidationFraction { get; set; }

    /// <summary>
    /// Training stops after this many epochs without a lower validation loss, 0 (never) to 100,000. The default is 10.
    /// Whenever there is validation data, the best weights are kept.
    /// </summary>
    [Range(0, 100_000)]
    public int EarlyStopping { get; set; } = 10;

    /// <summary>How much of each label is spread evenly over the classes, 0 to 0.9; classification only. The default is 0.1.</summary>
    [JsonConverter(typeof(LabelSmoothingConverter))]
    [Range(0.0, 0.9)]
    public double LabelSmoothing { get; set; } = DefaultLabelSmoothing;

    /// <summary>Noise on the gradients, which helps deep networks after a bad initialisation. The default, null, adds none.</summary>
    public GradientNoiseOptions? GradientNoise { get; set; }

    /// <summary>Weights that stay 0, for smaller models. The default, null, keeps all weights.</summary>
    public SparsityOptions? Sparsity { get; set; }

    /// <summary>
    /// A network whose representations this one learns to imitate beside its task. The default, null, trains without. A trained model does
    /// not contain its guide, nor this option.
    /// </summary>
    [JsonIgnore]
    public GuidanceOptions? Guidance { get; set; }

    /// <summary>
    /// A trained network whose outputs this one learns beside the labels. The default, null, trains without. A trained model does not
    /// contain its teacher, nor this option.
    /// </summary>
    [JsonIgnore]
    public DistillationOptions? Distillation { get; set; }

    /// <summary>
    /// Whether rare classes get a larger weight; classification only, <c>Fit</c> throws for other labels. The default is
    /// <see cref="ClassWeighting.None"/>.
    /// </summary>
    public ClassWeighting ClassWeights { get; set; } = ClassWeighting.None;

    /// <summary>
    /// The seed of all randomness in training. The default, null, draws one from the seed of the <see cref="MLContext"/>.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>The device to compute on. The default follows <see cref="MLContext.GpuDeviceId"/>.</summary>
    public ComputeDevice Device { get; set; } = ComputeDevice.FromContext;

    /// <summary>
    /// Memory for training rows in megabytes, 1 to 10,000,000. Data that needs more is read again in every epoch and shuffled in blocks of
    /// this size. A batch that needs more than this, or more than 1,024 MB, is computed in parts. The default is 2,048.
    /// </summary>
    [Range(1, 10_000_000)]
    public int MemoryBudgetMegabytes { get; set; } = 2048;

    /// <summary>
    /// A folder to which the state is written after each epoch, so that an interrupted run continues to the same weights.
    /// The default, null, writes nothing. A finished run removes its file.
    /// </summary>
    public string? CheckpointDirectory { get; set; }

    /// <summary>
    /// A folder to which each fit writes its epochs for TensorBoard, in a folder of its own: <c>tensorboard --logdir</c> shows them. The default, null, writes
    /// nothing.
    /// </summary>
    [JsonIgnore]
    public string? TensorBoardDirectory { get; set; }

    /// <summary>
    /// Whether a fit in a terminal shows a bar with the losses, the validation accuracy and the time left, on the error stream. There is none where that stream is
    /// redirected, where the environment has <c>CI</c> or <c>TF_BUILD</c>, or where <see cref="Progress"/> is set. The default is true.
    /// </summary>
    [JsonIgnore]
    public bool ShowProgress { get; set; } = true;

    /// <summary>Receives a report after each epoch. The default is null.</summary>
    [JsonIgnore]
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>Stops training within a batch, with an <see cref="OperationCanceledException"/>.</summary>
    [JsonIgnore]
    public CancellationToken CancellationToken { get; set; }

    /// <summary>The model whose weights are trained again; null to train new ones.</summary>
    internal RetrainedModel? Retrained { get; set; }
}
