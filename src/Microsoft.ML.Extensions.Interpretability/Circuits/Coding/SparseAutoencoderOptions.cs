using System.ComponentModel.DataAnnotations;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>How a sparse autoencoder is trained.</summary>
internal sealed class SparseAutoencoderOptions
{
    /// <summary>Features of the dictionary (F), 1 to 1,000,000. The default is the paper's 200.</summary>
    [Range(1, 1_000_000)]
    [SearchRange(50, 800, 200, true)]
    public int Features { get; set; } = 200;

    /// <summary>Weight of the L1 penalty (lambda), 0 to 1,000. The default is the paper's 0.02.</summary>
    [Range(0.0, 1_000.0)]
    [SearchRange(1e-3, 0.2, 0.02, true)]
    public double Sparsity { get; set; } = 0.02;

    /// <summary>The step size of Adam, above 0 and at most 10. The default is the paper's 0.001.</summary>
    [Range(0.0, 10.0, MinimumIsExclusive = true)]
    [SearchRange(1e-4, 1e-2, 1e-3, true)]
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>Steps, each over all rows, 0 to 1,000,000. The default is the paper's 500.</summary>
    [Range(0, 1_000_000)]
    public int Epochs { get; set; } = 500;

    /// <summary>
    /// What of the decoder has norm 1. The default is <see cref="UnitDecoder.Features"/>; the paper's code has <see cref="UnitDecoder.Outputs"/>.
    /// </summary>
    public UnitDecoder UnitDecoder { get; set; } = UnitDecoder.Features;

    /// <summary>The seed of the first weights. The default is 1.</summary>
    public int Seed { get; set; } = 1;
}

/// <summary>What of a sparse autoencoder's decoder has norm 1.</summary>
public enum UnitDecoder
{
    /// <summary>Each feature's direction, so that a feature's activation is the length of what it adds.</summary>
    Features,

    /// <summary>
    /// What each output reads of all features, as in the code of O'Neill and Bui: a feature can then grow and its activation shrink, which
    /// takes the L1 penalty its grip.
    /// </summary>
    Outputs,
}
