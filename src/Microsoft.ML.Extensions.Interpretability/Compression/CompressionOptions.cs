using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>How a model is compressed.</summary>
public sealed class CompressionOptions : ICheckedOptions
{
    /// <summary>How to look for a smaller network. The default is the paper's, <see cref="CompressionStrategy.PolicyGradient"/>.</summary>
    public CompressionStrategy Strategy { get; set; } = CompressionStrategy.PolicyGradient;

    /// <summary>The number of networks that the search may train, 1 to 100,000. The default is 30.</summary>
    [Range(1, 100_000)]
    public int Candidates { get; set; } = 30;

    /// <summary>The time that the search may take, above 0; the training of the winner comes after it. The default, null, is no limit.</summary>
    public TimeSpan? TimeBudget { get; set; }

    /// <summary>
    /// The factors by which sizes are multiplied, 2 to 64 rising numbers above 0, of which the last is 1. The default is 0.25, 0.5, 0.75, 1.
    /// </summary>
    public double[] Factors { get; set; } = [0.25, 0.5, 0.75, 1];

    /// <summary>Whether layers may be left out. The default is true.</summary>
    public bool RemoveLayers { get; set; } = true;

    /// <summary>Whether widths, state sizes and the number of networks of an ensemble may shrink. The default is true.</summary>
    public bool ShrinkSizes { get; set; } = true;

    /// <summary>What a smaller network saves. The default is <see cref="CompressionCost.Parameters"/>.</summary>
    public CompressionCost Cost { get; set; } = CompressionCost.Parameters;

    /// <summary>The parameters that the model may have at most, 1 or more. The default, null, is no limit.</summary>
    [Range(1, long.MaxValue)]
    public long? MaxParameters { get; set; }

    /// <summary>The accuracy on the validation rows that the model needs, at most 1. The default, null, is no limit.</summary>
    [Range(0.0, 1.0)]
    public double? MinAccuracy { get; set; }

    /// <summary>The milliseconds that scoring a row may take, above 0. The default, null, is no limit.</summary>
    [Range(0.0, 1e9, MinimumIsExclusive = true)]
    public double? MaxMillisecondsPerRow { get; set; }

    /// <summary>The first weights of a network. The default is <see cref="CompressionStart.Fresh"/>.</summary>
    public CompressionStart Start { get; set; } = CompressionStart.Fresh;

    /// <summary>
    /// The weight of the teacher's outputs in the loss of all networks, 0 (labels alone) to 1e6: <see cref="DistillationOptions.Weight"/>.
    /// The default is 1.
    /// </summary>
    [Range(0.0, 1e6)]
    public double DistillationWeight { get; set; } = 1;

    /// <summary><see cref="DistillationOptions.Temperature"/>, 0.1 to 100. The default is 2.</summary>
    [Range(0.1, 100.0)]
    public double Temperature { get; set; } = 2;

    /// <summary>Whether networks also learn from mixtures of rows: <see cref="DistillationOptions.MixRows"/>. The default is false.</summary>
    public bool MixRows { get; set; }

    /// <summary>The epochs of a candidate, 0 to 100,000. The default, 0, chooses: a fifth of the teacher's.</summary>
    [Range(0, 100_000)]
    public int CandidateEpochs { get; set; }

    /// <summary>The epochs of the winner, 0 to 100,000. The default, 0, takes the teacher's.</summary>
    [Range(0, 100_000)]
    public int FinalEpochs { get; set; }

    /// <summary>
    /// The part of the training rows that measures candidates where no validation rows are given, 0.05 to 0.5. The winner learns from all.
    /// The default is 0.2.
    /// </summary>
    [Range(0.05, 0.5)]
    public double ValidationFraction { get; set; } = 0.2;

    /// <summary>
    /// A policy to begin with, such as one that was learned on a smaller teacher; it stays as it is. <see
    /// cref="CompressionStrategy.PolicyGradient"/> alone uses it. The default, null, is a random one.
    /// </summary>
    public CompressionPolicy? Policy { get; set; }

    /// <summary>The learning rate of the policies, above 0 and at most 1. The default is 0.03; the paper's code has 0.003 and 0.1.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double PolicyLearningRate { get; set; } = 0.03;

    /// <summary>The networks that a policy draws per step, 2 to 1,000. The default is the paper's code's, 5.</summary>
    [Range(2, 1000)]
    public int Rollouts { get; set; } = 5;

    /// <summary>The seed of search and training. The default, null, is 1.</summary>
    public int? Seed { get; set; }

    /// <summary>Receives each candidate. The default is null.</summary>
    public IProgress<CompressionCandidate>? Progress { get; set; }

    /// <summary>
    /// Ends the search with the best network so far, as the search trained it; before there is one, an
    /// <see cref="OperationCanceledException"/>.
    /// </summary>
    public CancellationToken CancellationToken { get; set; }

    internal bool HasConstraints => MaxParameters is not null || MinAccuracy is not null || MaxMillisecondsPerRow is not null;

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Factors is null)
        {
            yield break;
        }
        if (Factors.Length is < 2 or > SearchSpace.MostFactors || Factors[^1] != 1 || !(Factors[0] > 0)
            || Factors.Zip(Factors.Skip(1)).Any(pair => !(pair.First < pair.Second)))
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Factors is [{string.Join(", ", Factors.Select(factor => factor.ToString(CultureInfo.InvariantCulture)))}]; needed are 2 to {SearchSpace.MostFactors} rising numbers above 0, of which the last is 1.");
        }
        if (TimeBudget is { Ticks: <= 0 } time)
        {
            yield return $"TimeBudget is {time}; allowed is above 0.";
        }
        if (!RemoveLayers && !ShrinkSizes)
        {
            yield return "RemoveLayers and ShrinkSizes are false, so there is no smaller network; set one of them to true.";
        }
        if (Policy is not null && Strategy != CompressionStrategy.PolicyGradient)
        {
            yield return $"Policy is given, and Strategy is {Strategy}, which uses none; set Strategy to {CompressionStrategy.PolicyGradient}, or Policy to null.";
        }
        if (DistillationWeight == 0 && (MixRows || Start == CompressionStart.Inherited))
        {
            yield return $"DistillationWeight is 0, and {(MixRows ? "MixRows is true" : "Start is Inherited")}, which needs the teacher; set DistillationWeight above 0.";
        }
        if (Strategy == CompressionStrategy.SingleNetwork && !ShrinkSizes)
        {
            yield return "Strategy is SingleNetwork, and ShrinkSizes is false, so the number of networks cannot shrink; set it to true.";
        }
    }
}
