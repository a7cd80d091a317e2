using Microsoft.ML.SearchSpace;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Options of training a sparse autoencoder.</summary>
internal sealed class SparseAutoencoderOptions
{
    /// <summary>Features of the dictionary (F), 1 to 1,000,000. The default is the paper's 200.</summary>
    [Range(1, 1_000_000)]
    [Choice(new object[] { 50, 100, 200, 400, 800 }, 200)]
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
    /// The normalised dimension of the decoder. The default is <see cref="UnitDecoder.Features"/>; the paper's code has
    /// <see cref="UnitDecoder.Outputs"/>.
    /// </summary>
    public UnitDecoder UnitDecoder { get; set; } = UnitDecoder.Features;

    /// <summary>The seed of the initial weights. The default is 1.</summary>
    public int Seed { get; set; } = 1;
}

/// <summary>The normalised dimension of a sparse autoencoder's decoder.</summary>
public enum UnitDecoder
{
    /// <summary>Each feature's direction, so that a feature's activation is the norm of its contribution.</summary>
    Features,

    /// <summary>
    /// Each output's weights over all features, as in the code of O'Neill and Bui: a feature can then grow while its activation shrinks,
    /// which weakens the L1 penalty.
    /// </summary>
    Outputs,
}
