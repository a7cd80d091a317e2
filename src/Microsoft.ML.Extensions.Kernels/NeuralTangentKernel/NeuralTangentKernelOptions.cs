using System.Text.Json.Serialization;
using Microsoft.ML.SearchSpace;
using static System.FormattableString;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;
using SearchRange = Microsoft.ML.SearchSpace.RangeAttribute;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Options of <see cref="NeuralTangentKernelTrainer"/>.</summary>
/// <remarks>Where 0 or null means "chosen from the data", the chosen value is written to <see cref="MLContext.Log"/>.</remarks>
public sealed class NeuralTangentKernelOptions : TrainerOptions, ICheckedOptions
{
    internal const int LargestDepth = 1000;

    /// <summary>
    /// The depth, the number of times that the activation is applied, 0 to 1,000. The default, 0, chooses among a few depths by the
    /// left-out errors of the training rows. Not used where <see cref="InfiniteDepth"/> is true.
    /// </summary>
    [Range(0, LargestDepth)]
    [Choice(new object[] { 0, 1, 2, 3, 5, 8 }, 0)]
    public int Depth { get; set; }

    /// <summary>
    /// Whether the network is also infinitely deep: the closed form of the limit <see cref="DualActivation.Limit"/>, for
    /// classification only. The default is false. The nearest neighbour and the singular kernel need <see cref="NonNegative"/> with it.
    /// </summary>
    public bool InfiniteDepth { get; set; }

    /// <summary>
    /// Whether all layers are trained (NTK) or the last one only (NNGP). The default, null, chooses by the error of each training row when
    /// it is left out; at infinite depth it is the NTK.
    /// </summary>
    public NetworkKernel? Kernel { get; set; }

    /// <summary>The activation. The default is <see cref="KernelActivation.Relu"/>.</summary>
    [Choice(
        new object[] { KernelActivation.Relu, KernelActivation.LeakyRelu, KernelActivation.Erf, KernelActivation.Gelu },
        KernelActivation.Relu)]
    public KernelActivation Activation { get; set; } = KernelActivation.Relu;

    /// <summary>The slope below 0 of <see cref="KernelActivation.LeakyRelu"/>, -1 to 1. The default is 0.1.</summary>
    [Range(-1.0, 1.0)]
    [SearchRange(0.0, 0.5, 0.1)]
    public double LeakySlope { get; set; } = 0.1;

    /// <summary>a of <see cref="KernelActivation.Sine"/>, 0.001 to 300. The default is 1.</summary>
    [Range(1e-3, 300.0)]
    public double SineFrequency { get; set; } = 1;

    /// <summary>
    /// The coefficients of <see cref="KernelActivation.Hermite"/>, from the degree 0 on, or of the dual of
    /// <see cref="KernelActivation.Polynomial"/>. The default, null, is the second Hermite polynomial, whose dual is the square.
    /// </summary>
    public double[]? Coefficients { get; set; }

    /// <summary>
    /// The intrinsic dimension of the data for <see cref="KernelActivation.Optimal"/>, 0 to 1,000. The default, 0, estimates it. Too large
    /// is safe, too small is not.
    /// </summary>
    [Range(0.0, 1000.0)]
    public double IntrinsicDimension { get; set; }

    /// <summary>The share of each layer's variance that is its bias', 0 to 0.99. The default is 0.</summary>
    [Range(0.0, 0.99)]
    [SearchRange(0.0, 0.5, 0.0, false)]
    public double BiasVariance { get; set; }

    /// <summary>The scale of weights, above 0 and at most 100; without effect for ReLUs, which are homogeneous. The default is 1.</summary>
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    [SearchRange(0.3, 3.0, 1.0, true)]
    public double WeightScale { get; set; } = 1;

    /// <summary>
    /// The penalty that is added to the kernel's diagonal, whose value is 1; 0 (none) to 1,000. The default, null, chooses among
    /// a few by the error of each training row when it is left out.
    /// </summary>
    [Range(0.0, 1000.0)]
    public double? Ridge { get; set; }

    /// <summary>The scaling of features. The default is <see cref="InputScaling.Auto"/>.</summary>
    [Choice(new object[] { InputScaling.Auto, InputScaling.Standardize, InputScaling.Rank }, InputScaling.Auto)]
    public InputScaling Scaling { get; set; } = InputScaling.Auto;

    /// <summary>
    /// A constant coordinate that is added to the scaled features, whose mean square is 1, before a row is mapped to the sphere, 0 to 100.
    /// The larger it is, the closer rows are to each other; without it, rows that are multiples of each other are equal. The default is 1.
    /// </summary>
    [Range(0.0, 100.0)]
    [SearchRange(0.1, 10.0, 1.0, true)]
    public double InputBias { get; set; } = 1;

    /// <summary>
    /// Whether each scaled feature becomes two, its positive and its negative part, so that no inner product is negative, an assumption of
    /// the limits at infinite depth. The default is false.
    /// </summary>
    [BooleanChoice(false)]
    public bool NonNegative { get; set; }

    /// <summary>The solver. The default is <see cref="KernelSolver.Auto"/>.</summary>
    public KernelSolver Solver { get; set; } = KernelSolver.Auto;

    /// <summary>
    /// The residual, relative to the norm of the targets, at which <see cref="KernelSolver.ConjugateGradients"/> stops, 1e-8 to 0.5. The
    /// default is 0.001.
    /// </summary>
    [Range(1e-8, 0.5)]
    public double Tolerance { get; set; } = 1e-3;

    /// <summary>The most steps of <see cref="KernelSolver.ConjugateGradients"/>, 1 to 100,000. The default is 200.</summary>
    [Range(1, 100_000)]
    public int MaximumIterations { get; set; } = 200;

    /// <summary>
    /// The number of kernel columns in the preconditioner of <see cref="KernelSolver.ConjugateGradients"/>, 0 to 20,000. The default, 0,
    /// chooses: a tenth of the rows, but at most 2,000.
    /// </summary>
    [Range(0, 20_000)]
    public int Landmarks { get; set; }

    /// <summary>
    /// Memory for rows and kernel in megabytes, 1 to 10,000,000. <c>Fit</c> throws if more is needed, and states how much. The default is
    /// 4,096.
    /// </summary>
    [Range(1, 10_000_000)]
    public int MemoryLimitMegabytes { get; set; } = 4096;

    /// <summary>
    /// The seed of random choices for many rows: the rows that choose depth and ridge, and the landmarks. The default, null, draws one from
    /// the seed of the <see cref="MLContext"/>.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>Stops training with an <see cref="OperationCanceledException"/>.</summary>
    [JsonIgnore]
    public CancellationToken CancellationToken { get; set; }

    internal NetworkKernel InfiniteKernel => Kernel ?? NetworkKernel.Ntk;

    internal long MemoryLimit => MemoryLimitMegabytes * (1L << 20);

    internal override FitSettings Settings => new(Seed, ComputeDevice.FromContext, MemoryLimit, CancellationToken);

    /// <summary>The activation's dual, for rows of a dimension where that is asked for.</summary>
    internal DualActivation Dual(double dimension) => (Activation switch
    {
        KernelActivation.LeakyRelu => DualActivation.LeakyRelu(LeakySlope),
        KernelActivation.Erf => DualActivation.Erf(),
        KernelActivation.Gelu => DualActivation.Gelu(),
        KernelActivation.Sine => DualActivation.Sine(SineFrequency),
        KernelActivation.Hermite => DualActivation.FromHermite(Coefficients ?? [0, 0, 1]),
        KernelActivation.Polynomial => DualActivation.Polynomial(Coefficients ?? [0, 0, 1]),
        KernelActivation.Optimal => DualActivation.OptimalFor(dimension),
        _ => DualActivation.Relu(),
    }).WithWeightScale(WeightScale).WithBias(BiasVariance);

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (IntrinsicDimension is > 0 and < 1)
        {
            yield return Invariant($"IntrinsicDimension is {IntrinsicDimension}; allowed is 0, which estimates it, or 1 to 1000.");
            yield break;
        }
        if (!Enum.IsDefined(Activation) || !(WeightScale is > 0 and <= 100 && BiasVariance is >= 0 and < 1
            && SineFrequency is > 0 and <= 300 && LeakySlope is >= -1 and <= 1))
        {
            yield break;
        }
        if (Fault() is { } fault)
        {
            yield return fault;
        }
    }

    // Errors that only the dual detects: coefficients, a weight scale that is too large for a sine, a limit without a closed form.
    private string? Fault()
    {
        try
        {
            var dual = Dual(IntrinsicDimension > 0 ? IntrinsicDimension : 2);
            var limit = InfiniteDepth ? Kernels.InfiniteDepth.Of(dual, InfiniteKernel).Limit : InfiniteDepthLimit.MajorityVote;
            return limit == InfiniteDepthLimit.MajorityVote || NonNegative ? null
                : $"NonNegative is false; with InfiniteDepth the limit of this activation is {limit}, which needs it to be true.";
        }
        catch (ArgumentException e)
        {
            return $"Activation {Activation}: {e.Message}";
        }
    }
}
