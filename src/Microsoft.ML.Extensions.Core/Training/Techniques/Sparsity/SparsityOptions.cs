using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Microsoft.ML.Extensions;

/// <summary>Training of a network most of whose weights are 0.</summary>
/// <remarks>
/// Masked weights and their moments in the optimiser are exactly 0 after every step. They make a model's file smaller. Scoring takes as long as
/// before, but for recurrent layers whose blocks of 64 outputs are 0.
/// </remarks>
public sealed class SparsityOptions : PruningOptions
{
    internal const double DefaultEnd = 0.75;

    // The part of the weights that a round of a lottery ticket keeps.
    private const double KeptInRound = 0.8;

    /// <summary>Which weights are kept. The default is <see cref="SparsityMethod.GradualMagnitude"/>.</summary>
    public SparsityMethod Method { get; set; } = SparsityMethod.GradualMagnitude;

    /// <summary>
    /// The part of all steps after which Magnitude prunes, or GradualMagnitude and GraNet begin, 0 to 1; of the epochs, that whose weights
    /// LotteryTicket goes back to, below 1. The default, null, is 0.5 for Magnitude, 0.1 for the gradual methods, and 0.05 for LotteryTicket.
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

    /// <summary>
    /// How often LotteryTicket prunes and goes back, 0 to 100: it trains that often and once more. The default, 0, chooses, so that each time about a
    /// fifth of the weights goes.
    /// </summary>
    [Range(0, 100)]
    public int Rounds { get; set; }

    internal bool BeginsDense => Method is SparsityMethod.GradualMagnitude or SparsityMethod.Magnitude or SparsityMethod.GraNet || DecidesAtStart
        || Method == SparsityMethod.LotteryTicket;

    internal bool DecidesAtStart => Method is SparsityMethod.Snip or SparsityMethod.GraSP or SparsityMethod.SynFlow;

    internal bool IsGradual => Method is SparsityMethod.GradualMagnitude or SparsityMethod.GraNet;

    internal bool Rewires => Method is SparsityMethod.Set or SparsityMethod.RigL or SparsityMethod.GraNet;

    internal override SparsityDistribution ChosenDistribution => Distribution ?? Method switch
    {
        SparsityMethod.GraNet or SparsityMethod.Snip or SparsityMethod.GraSP or SparsityMethod.SynFlow => SparsityDistribution.Global,
        SparsityMethod.StaticRandom or SparsityMethod.Set or SparsityMethod.RigL => SparsityDistribution.ErdosRenyiKernel,
        _ => SparsityDistribution.Uniform,
    };

    internal override string Path => "Training.Sparsity";

    internal double ChosenBegin => Begin ?? (Method switch
    {
        SparsityMethod.Magnitude => 0.5,
        SparsityMethod.LotteryTicket => 0.05,
        _ => IsGradual ? 0.1 : 0,
    });

    internal int ChosenRounds => Rounds > 0 ? Rounds : Math.Max(1, (int)Math.Round(Math.Log(Density) / Math.Log(KeptInRound)));

    internal double ChosenEnd => End ?? DefaultEnd;

    private protected override IEnumerable<string> Errors()
    {
        foreach (var error in base.Errors())
        {
            yield return error;
        }
        if (Structure == SparsityStructure.Groups && (IsGradual || Rewires || Method is SparsityMethod.SynFlow or SparsityMethod.LotteryTicket))
        {
            yield return $"{nameof(Structure)} is {Structure}, whose number of weights in each group is fixed, and {nameof(Method)} {Method} changes it; "
                + $"allowed are {SparsityMethod.SrSte}, {SparsityMethod.Magnitude}, {SparsityMethod.Snip}, {SparsityMethod.GraSP} and {SparsityMethod.StaticRandom}.";
        }
        if (Structure == SparsityStructure.Neurons)
        {
            yield return $"{nameof(Structure)} is {Structure}, which changes the size of a network and is for trained models; use ml.Model.Prune after training.";
        }
        if (Method == SparsityMethod.SrSte && Structure is not (SparsityStructure.Groups or SparsityStructure.Neurons))
        {
            yield return $"{nameof(Structure)} is {Structure}; {nameof(Method)} {Method} is for {SparsityStructure.Groups} only.";
        }
        if (Distribution == SparsityDistribution.Global && Method is SparsityMethod.StaticRandom or SparsityMethod.Set or SparsityMethod.RigL)
        {
            yield return $"{nameof(Distribution)} is {Distribution}, and {nameof(Method)} {Method} begins without scores to compare; allowed are null, "
                + $"{SparsityDistribution.Uniform}, {SparsityDistribution.ErdosRenyi} and {SparsityDistribution.ErdosRenyiKernel}.";
        }
        if (Begin is not null && !IsGradual && Method is not (SparsityMethod.Magnitude or SparsityMethod.LotteryTicket))
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
        if (Begin == 1 && Method == SparsityMethod.LotteryTicket)
        {
            yield return $"{nameof(Begin)} is 1, and {nameof(Method)} {Method} would go back to trained weights; allowed is below 1.";
        }
        if (Rounds > 0 && Method != SparsityMethod.LotteryTicket)
        {
            yield return $"{nameof(Rounds)} is set, and {nameof(Method)} {Method} trains once; set it to 0.";
        }
        if (IsGradual && ChosenBegin >= ChosenEnd)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{nameof(Begin)} {ChosenBegin} is not below {nameof(End)} {ChosenEnd}; allowed is a begin below the end.");
        }
    }
}
