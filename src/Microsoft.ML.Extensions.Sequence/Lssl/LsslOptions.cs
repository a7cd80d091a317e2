using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.ML.SearchSpace;
using static System.FormattableString;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of <see cref="LsslTrainer"/>.</summary>
public sealed class LsslOptions : SequenceTrainerOptions, ICheckedOptions
{
    /// <summary>
    /// The state matrix A. The default is <see cref="StateMatrix.DiagonalLegS"/>; the paper's is <see cref="StateMatrix.LegS"/>.
    /// </summary>
    [Choice(
        new object[] { StateMatrix.DiagonalLegS, StateMatrix.DiagonalLin, StateMatrix.DiagonalInv, StateMatrix.DiagonalReal },
        StateMatrix.DiagonalLegS)]
    public StateMatrix StateMatrix { get; set; } = StateMatrix.DiagonalLegS;

    /// <summary>How the convolution kernel is computed. The default is <see cref="LsslKernel.Auto"/>.</summary>
    public LsslKernel Kernel { get; set; } = LsslKernel.Auto;

    /// <summary>Which parameters of the dynamics are learned. The default is <see cref="LsslLearning.All"/>.</summary>
    public LsslLearning Learn { get; set; } = LsslLearning.All;

    /// <summary>
    /// N, the size of a feature's state, 1 to 1,024; complex diagonals round it up to an even number. The default is 64.
    /// </summary>
    [Range(1, 1024)]
    [Choice(new object[] { 16, 32, 64, 128 }, 64)]
    public int StateSize { get; set; } = 64;

    /// <summary>M, the outputs per feature, 1 to 64. The default is 1.</summary>
    [Range(1, 64)]
    public int Channels { get; set; } = 1;

    /// <summary>
    /// The alpha of the generalised bilinear transform, 0 (Euler) to 1 (backward Euler). The default is 1/2; below that a kernel may grow
    /// without limit.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Alpha { get; set; } = 0.5;

    /// <summary>
    /// The smallest initial time step of a feature, 1e-8 to 10: its inverse is the longest memory in steps. The default is 0.001.
    /// </summary>
    [Range(1e-8, 10.0)]
    [SearchRange(1e-4, 1e-2, 1e-3, true)]
    public double MinTimescale { get; set; } = 1e-3;

    /// <summary>The largest initial time step of a feature, <see cref="MinTimescale"/> to 10. The default is 0.1.</summary>
    [Range(1e-8, 10.0)]
    [SearchRange(1e-2, 1.0, 1e-1, true)]
    public double MaxTimescale { get; set; } = 0.1;

    /// <summary>
    /// The largest learning rate of the state matrix, 0 to 10; it follows the schedule of the run. The default is 0.0001.
    /// </summary>
    [Range(0.0, 10.0)]
    public double StateLearningRate { get; set; } = 1e-4;

    /// <summary>The largest learning rate of the time steps' logarithms, 0 to 10. The default is 0.001.</summary>
    [Range(0.0, 10.0)]
    public double TimescaleLearningRate { get; set; } = 1e-3;

    /// <summary>
    /// Whether a second kernel runs from the last step to the first. The default is true; set it to false where outputs must not depend on
    /// later steps.
    /// </summary>
    [BooleanChoice(true)]
    public bool Bidirectional { get; set; } = true;

    /// <summary>
    /// The width in steps of a convolution with batch norm and ReLU before each LSSL; 0 (none, as in the paper) to 1,024. The default is 8.
    /// It counts steps, not time, so <see cref="LsslExtensions.WithSamplingRate(NetworkTransformer, double)"/> needs 0.
    /// </summary>
    [Range(0, 1024)]
    public int ConvolutionWidth { get; set; } = 8;

    /// <summary>
    /// Whether a gated linear unit (Dauphin et al. 2017, arXiv 1612.08083) mixes the features. The default is false, as in the paper.
    /// </summary>
    [BooleanChoice(false)]
    public bool GatedMixing { get; set; }

    /// <summary>
    /// Whether the layer norm comes before the LSSL and not after the residual sum. The default is false; true may help on difficult sets
    /// of many rows.
    /// </summary>
    [BooleanChoice(false)]
    public bool NormBefore { get; set; }

    /// <summary>
    /// The sampling rate of the data over that of the training data, above 0 and at most 1,000,000: time steps are divided by it. 1 in
    /// training; <see cref="LsslExtensions.WithSamplingRate(NetworkTransformer, double)"/> sets it.
    /// </summary>
    [JsonInclude]
    internal double SamplingRate { get; set; } = 1;

    private protected override IReadOnlyList<PartSize> Sizes => [.. base.Sizes, new(nameof(StateSize), StateSize)];

    private protected override void Set(IReadOnlyList<int> sizes)
    {
        base.Set(sizes);
        StateSize = sizes[1];
    }

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (SamplingRate is not (> 0 and <= 1_000_000))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"SamplingRate is {SamplingRate}; allowed is above 0 to 1,000,000.");
        }
        if (MaxTimescale < MinTimescale)
        {
            yield return Invariant($"MaxTimescale is {MaxTimescale}; it must be at least MinTimescale, which is {MinTimescale}.");
        }
        if (Enum.IsDefined(StateMatrix) && !StateMatrix.Kernels().Contains(Kernel))
        {
            yield return $"Kernel is {Kernel}; StateMatrix {StateMatrix} allows {string.Join(", ", StateMatrix.Kernels())}.";
        }
        if (Kernel == LsslKernel.Structured && Alpha == 0)
        {
            yield return $"Alpha is 0; Kernel {LsslKernel.Structured} needs it above 0, or set Kernel to {LsslKernel.DenseKrylov}.";
        }
    }
}
