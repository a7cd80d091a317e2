using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions;

/// <summary>Gaussian noise on every gradient, which decreases with the steps (Neelakantan et al. 2015, arXiv 1511.06807).</summary>
/// <remarks>
/// In step t, from 0, independent noise from N(0, Eta / (1 + t)^Gamma) is added to every number of a gradient, after clipping and before
/// the optimiser. Adam and AdamW divide a gradient by its size, so absolute noise larger than the gradient dominates it;
/// <see cref="GradientNoiseScale.Relative"/> scales with the gradient.
/// </remarks>
public sealed class GradientNoiseOptions
{
    /// <summary>The variance in the first step, 0 (none) to 100. The paper chose among 0.01, 0.3 and 1. The default is 0.01.</summary>
    [Range(0.0, 100.0)]
    public double Eta { get; set; } = 0.01;

    /// <summary>How fast the variance falls, 0 (not at all) to 10. The default is the paper's, 0.55.</summary>
    [Range(0.0, 10.0)]
    public double Gamma { get; set; } = 0.55;

    /// <summary>
    /// The unit of the noise. The default, null, is the paper's, <see cref="GradientNoiseScale.Absolute"/>, and
    /// <see cref="GradientNoiseScale.Relative"/> with <see cref="Rescue"/>.
    /// </summary>
    public GradientNoiseScale? Scale { get; set; }

    /// <summary>
    /// Whether the noise is a second attempt only: a run without it whose training loss ends at the entropy of the labels, as that of a network which
    /// does not depend on its input, starts again from the same weights with noise, and the log says so. Classification only; not with
    /// <see cref="TrainingOptions.Sparsity"/>. The default is false.
    /// </summary>
    public bool Rescue { get; set; }

    internal GradientNoiseScale ChosenScale => Scale ?? (Rescue ? GradientNoiseScale.Relative : GradientNoiseScale.Absolute);
}
