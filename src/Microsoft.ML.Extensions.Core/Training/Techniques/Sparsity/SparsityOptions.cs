using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Microsoft.ML.Extensions;

/// <summary>Training of a network most of whose weights are 0.</summary>
/// <remarks>
/// Masked weights and their moments in the optimiser are exactly 0 after every step. They make a model's file smaller; scoring takes as long as
/// before, since the kernels are dense.
/// </remarks>
public sealed class SparsityOptions : PruningOptions
{
    internal const double DefaultEnd = 0.75;

    /// <summary>Which weights are kept. The default is <see cref="SparsityMethod.GradualMagnitude"/>.</summary>
    public SparsityMethod Method { get; set; } = SparsityMethod.GradualMagnitude;

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

    internal override SparsityDistribution ChosenDistribution => Distribution ?? Method switch
    {
        SparsityMethod.GraNet or SparsityMethod.Snip => SparsityDistribution.Global,
        SparsityMethod.StaticRandom or SparsityMethod.Set or SparsityMethod.RigL => SparsityDistribution.ErdosRenyiKernel,
        _ => SparsityDistribution.Uniform,
    };

    internal override string Path => "Training.Sparsity";

    internal double ChosenBegin => Begin ?? (Method == SparsityMethod.Magnitude ? 0.5 : IsGradual ? 0.1 : 0);

    internal double ChosenEnd => End ?? DefaultEnd;

    private protected override IEnumerable<string> Errors()
    {
        foreach (var error in base.Errors())
        {
            yield return error;
        }
        if (Structure == SparsityStructure.Groups && (IsGradual || Rewires))
        {
            yield return $"{nameof(Structure)} is {Structure}, whose number of weights in each group is fixed, and {nameof(Method)} {Method} changes it; "
                + $"allowed are {SparsityMethod.SrSte}, {SparsityMethod.Magnitude}, {SparsityMethod.Snip} and {SparsityMethod.StaticRandom}.";
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
        if (UpdateEvery > 0 && !IsGradual && !Rewires)
        {
            yield return $"{nameof(UpdateEvery)} is set, and {nameof(Method)} {Method} has no steps between changes; set it to 0.";
        }
        if (IsGradual && ChosenBegin >= ChosenEnd)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{nameof(Begin)} {ChosenBegin} is not below {nameof(End)} {ChosenEnd}; allowed is a begin below the end.");
        }
    }
}
