using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Microsoft.ML.Extensions;

/// <summary>Training of a network most of whose weights are 0.</summary>
/// <remarks>
/// Masked weights and their moments in the optimiser are exactly 0 after every step. They make a model's file smaller; scoring takes as long as
/// before, since the kernels are dense.
/// </remarks>
public sealed class SparsityOptions : ICheckedOptions
{
    internal const double DefaultEnd = 0.75;

    /// <summary>Which weights are kept. The default is <see cref="SparsityMethod.GradualMagnitude"/>.</summary>
    public SparsityMethod Method { get; set; } = SparsityMethod.GradualMagnitude;

    /// <summary>
    /// The part of the weights of the target matrices that are kept, above 0 and at most 1, which is no sparsity. It is met exactly, but for
    /// one unit that every matrix keeps. The default is 0.1.
    /// </summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Density { get; set; } = 0.1;

    /// <summary>
    /// The distribution over matrices. The default, null, is Uniform for magnitudes, Global for GraNet and Snip, and ErdosRenyiKernel for
    /// StaticRandom, Set and RigL. Groups have the same density everywhere.
    /// </summary>
    public SparsityDistribution? Distribution { get; set; }

    /// <summary>The kinds of matrices that become sparse. The default is <see cref="SparsityTargets.All"/>.</summary>
    public SparsityTargets Targets { get; set; } = SparsityTargets.All;

    /// <summary>
    /// Names of the parameters that become sparse, or of modules that contain them, such as <c>blocks.0</c>. The default, null, takes all of
    /// <see cref="Targets"/>.
    /// </summary>
    public string[]? ParameterNames { get; set; }

    /// <summary>Which weights are removed together. The default is <see cref="SparsityStructure.Unstructured"/>.</summary>
    public SparsityStructure Structure { get; set; } = SparsityStructure.Unstructured;

    /// <summary>
    /// M of the structure N:M, 2 to 64; N is <see cref="Density"/> times M, a whole number. The inputs of every target must be a multiple.
    /// The default is 4.
    /// </summary>
    [Range(2, 64)]
    public int GroupSize { get; set; } = 4;

    /// <summary>The outputs of a block, 1 to 256, a divisor of those of every target (per gate of a cell). The default is 4.</summary>
    [Range(1, 256)]
    public int BlockOutputs { get; set; } = 4;

    /// <summary>The inputs of a block, 1 to 256, a divisor of those of every target. The default is 4.</summary>
    [Range(1, 256)]
    public int BlockInputs { get; set; } = 4;

    /// <summary>
    /// The part of all steps after which Magnitude prunes, or GradualMagnitude and GraNet begin, 0 to 1. The default, null, is 0.5 and 0.1.
    /// </summary>
    [Range(0.0, 1.0)]
    public double? Begin { get; set; }

    /// <summary>
    /// The part of all steps after which GradualMagnitude, GraNet, Set and RigL change the mask no more, 0 to 1. The default, null, is 0.75.
    /// </summary>
    [Range(0.0, 1.0)]
    public double? End { get; set; }

    /// <summary>
    /// The steps between two changes of the mask, 0 to 1,000,000. The default, 0, chooses: 100, or fewer so that there are about ten changes.
    /// </summary>
    [Range(0, 1_000_000)]
    public int UpdateEvery { get; set; }

    /// <summary>
    /// The part of the live weights that Set, RigL and GraNet replace at first, 0 to 1; it falls to 0 along half a cosine. The default is 0.3.
    /// </summary>
    [Range(0.0, 1.0)]
    public double DropFraction { get; set; } = 0.3;

    internal bool BeginsDense =>
        Method is SparsityMethod.GradualMagnitude or SparsityMethod.Magnitude or SparsityMethod.GraNet or SparsityMethod.Snip;

    internal bool IsGradual => Method is SparsityMethod.GradualMagnitude or SparsityMethod.GraNet;

    internal bool Rewires => Method is SparsityMethod.Set or SparsityMethod.RigL or SparsityMethod.GraNet;

    internal SparsityDistribution ChosenDistribution => Distribution ?? Method switch
    {
        SparsityMethod.GraNet or SparsityMethod.Snip => SparsityDistribution.Global,
        SparsityMethod.StaticRandom or SparsityMethod.Set or SparsityMethod.RigL => SparsityDistribution.ErdosRenyiKernel,
        _ => SparsityDistribution.Uniform,
    };

    internal double ChosenBegin => Begin ?? (Method == SparsityMethod.Magnitude ? 0.5 : IsGradual ? 0.1 : 0);

    internal double ChosenEnd => End ?? DefaultEnd;

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Structure == SparsityStructure.Groups && !IsWhole(Density * GroupSize))
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{nameof(Density)} {Density} of groups of {nameof(GroupSize)} {GroupSize} is {Density * GroupSize} weights; allowed is a whole number, such as 2 of 4 by a density of 0.5.");
        }
        if (Structure == SparsityStructure.Groups && (IsGradual || Rewires))
        {
            yield return $"{nameof(Structure)} is {Structure}, whose number of weights in each group is fixed, and {nameof(Method)} {Method} changes it; "
                + $"allowed are {SparsityMethod.SrSte}, {SparsityMethod.Magnitude}, {SparsityMethod.Snip} and {SparsityMethod.StaticRandom}.";
        }
        if (Structure == SparsityStructure.Groups && Distribution is not (null or SparsityDistribution.Uniform))
        {
            yield return $"{nameof(Distribution)} is {Distribution}; {nameof(Structure)} {Structure} has the same density everywhere, so allowed are null and {SparsityDistribution.Uniform}.";
        }
        if (Method == SparsityMethod.SrSte && Structure != SparsityStructure.Groups)
        {
            yield return $"{nameof(Structure)} is {Structure}; {nameof(Method)} {Method} is for {SparsityStructure.Groups} only.";
        }
        if (Distribution == SparsityDistribution.Global && Method is SparsityMethod.StaticRandom or SparsityMethod.Set or SparsityMethod.RigL)
        {
            yield return $"{nameof(Distribution)} is {Distribution}, and {nameof(Method)} {Method} begins without scores to compare; allowed are null, "
                + $"{SparsityDistribution.Uniform}, {SparsityDistribution.ErdosRenyi} and {SparsityDistribution.ErdosRenyiKernel}.";
        }
        if (Begin is not null && !IsGradual && Method != SparsityMethod.Magnitude)
        {
            yield return $"{nameof(Begin)} is set, and {nameof(Method)} {Method} begins at the first step; set it to null.";
        }
        if (End is not null && !IsGradual && !Rewires)
        {
            yield return $"{nameof(End)} is set, and {nameof(Method)} {Method} does not change the mask during training; set it to null.";
        }
        if (IsGradual && ChosenBegin >= ChosenEnd)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{nameof(Begin)} {ChosenBegin} is not below {nameof(End)} {ChosenEnd}; allowed is a begin below the end.");
        }
        if (ParameterNames is { Length: 0 } || ParameterNames?.Any(string.IsNullOrEmpty) == true)
        {
            yield return $"{nameof(ParameterNames)} is empty or has an empty name; name parameters, or set it to null.";
        }
    }

    private static bool IsWhole(double value) => value >= 0.5 && Math.Abs(value - Math.Round(value)) < 1e-9;
}
