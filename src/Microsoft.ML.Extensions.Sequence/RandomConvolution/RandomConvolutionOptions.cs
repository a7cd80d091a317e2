using System.Text.Json.Serialization;
using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="RandomConvolutionTrainer"/>.</summary>
/// <remarks>Where null means "chosen from the data", the chosen value is written to <see cref="MLContext.Log"/>.</remarks>
public sealed class RandomConvolutionOptions : TrainerOptions
{
    /// <summary>
    /// About how many features a row gets, 84 to 1,000,000: what is made of it is a multiple of the 84 kernels times the numbers that
    /// <see cref="Pooling"/> tells,
    /// at least one of each, twice that with <see cref="Differences"/>. Time and memory grow with it. The default is 10,000.
    /// </summary>
    [Range(84, 1_000_000)]
    [Choice(new object[] { 1000, 2000, 5000, 10_000, 20_000, 50_000 }, 10_000)]
    [JsonPropertyName("NumberOfFeatures")]
    public int Features { get; set; } = 10_000;

    /// <summary>
    /// The pooling of a convolution's outputs. The default, null, chooses by the left-out errors of the training rows.
    /// </summary>
    public RandomConvolutionPooling? Pooling { get; set; }

    /// <summary>
    /// Whether half of the features are of the differences between neighbouring steps. The default, null, chooses by the error of each
    /// training row when it is left out.
    /// </summary>
    public bool? Differences { get; set; }

    /// <summary>
    /// The penalty on the squared weights, in units of the mean squared length of a row's standardised features; 1e-9 to 1e9. The default,
    /// null, chooses among a
    /// few by the error of each training row when it is left out, for numbers also an infinite one, which leaves the mean of the targets.
    /// </summary>
    [Range(1e-9, 1e9)]
    public double? Ridge { get; set; }

    /// <summary>
    /// Memory for rows, features and the system that is solved, in megabytes, 1 to 10,000,000. <c>Fit</c> throws if more is needed, and
    /// states how much. The default is 4,096.
    /// </summary>
    [Range(1, 10_000_000)]
    public int MemoryLimitMegabytes { get; set; } = 4096;

    /// <summary>
    /// The seed of random choices: channels, rows for biases, and, where there are many rows, those that choose the penalty. The
    /// default, null, draws one from the seed of the <see cref="MLContext"/>.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>Stops training with an <see cref="OperationCanceledException"/>.</summary>
    [JsonIgnore]
    public CancellationToken CancellationToken { get; set; }

    internal long MemoryLimit => MemoryLimitMegabytes * (1L << 20);

    internal override FitSettings Settings => new(Seed, ComputeDevice.FromContext, MemoryLimit, CancellationToken);
}
