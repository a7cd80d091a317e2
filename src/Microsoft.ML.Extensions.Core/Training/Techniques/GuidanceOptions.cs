using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions;

/// <summary>
/// Guidance (Subramaniam et al. 2024, arXiv 2410.20035): a network learns its task and, beside it, representations that are similar to
/// those of another network, which stays as it is.
/// </summary>
/// <remarks>
/// <para>
/// The loss is that of the task plus Weight times the mean of <c>1 - CKA</c> over pairs of a layer of the guide and a layer of this
/// network, on the same rows. The guide need not be good at the task, or trained at all: what it is like by its architecture is what the
/// other network learns from it. Differs from the paper and its code: the mean of the pairs and not their sum, so that Weight does not
/// depend on the number of layers; all pairs count, also where several layers of the guide fall on one layer of this network (the code
/// keeps the last); and features are projected to 1,024 dimensions at random where there are more.
/// </para>
/// <para>
/// The guide reads the rows as this network reads them, so both must take the same feature column. A trained guide standardises numbers as
/// in its own training; an untrained one by the statistics of the training rows. Batch norms of an untrained guide leave their inputs as
/// they are, as in scoring before any training.
/// </para>
/// </remarks>
public sealed class GuidanceOptions : ICheckedOptions
{
    /// <summary>
    /// The guide: a trained model of this pack, or a trainer that learns epoch by epoch, whose network is then used with its first weights.
    /// The first network guides where a model is an ensemble, unless <see cref="Layers"/> names others. An untrained network is drawn from
    /// its trainer's <see cref="TrainingOptions.Seed"/>; where that is null, anew for each network of this fit, from the seed of the fit.
    /// </summary>
    [Required]
    public ITrainingGuide? Guide { get; set; }

    /// <summary>The weight of guidance in the loss, 0 (none) to 1e6. The default is the paper's, 1.</summary>
    [Range(0.0, 1e6)]
    public double Weight { get; set; } = 1;

    /// <summary>
    /// The pairs of layers, by the names of <see cref="NetworkTransformer.Layers"/>. The default, null, spreads the guide's layers evenly
    /// over those of this network, the first on the first and the last on the last.
    /// </summary>
    public GuidedLayer[]? Layers { get; set; }

    /// <summary>
    /// Guidance for this many optimiser steps, after which training goes on as usual, 0 (all steps) to 1,000,000,000. The default is 0. The
    /// paper's guided initialisation takes 300.
    /// </summary>
    [Range(0, 1_000_000_000)]
    public int Steps { get; set; }

    /// <summary>The estimate of similarity. The default is the paper's, <see cref="GuidanceSimilarity.Cka"/>.</summary>
    public GuidanceSimilarity Similarity { get; set; } = GuidanceSimilarity.Cka;

    /// <summary>
    /// A control in place of guidance, which shows whether it is the guide that helps. The default is <see cref="GuidanceControl.None"/>.
    /// </summary>
    public GuidanceControl Control { get; set; } = GuidanceControl.None;

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Layers is { Length: 0 })
        {
            yield return "Layers is empty; name at least one pair, or set it to null for all.";
        }
        if (Layers?.Any(pair => string.IsNullOrEmpty(pair?.Guide) || string.IsNullOrEmpty(pair.Student)) == true)
        {
            yield return "Layers has a pair without a name; each needs a layer of the guide and one of this network.";
        }
    }

    /// <summary>What distinguishes runs with other guidance, for their checkpoints.</summary>
    internal string Fingerprint() => FormattableString.Invariant(
        $"{Use(guide => guide.Fingerprint())} {Weight:r} {string.Join(' ', (Layers ?? []).AsEnumerable())} {Steps} {Similarity} {Control}");

    /// <summary>Uses the guide.</summary>
    /// <exception cref="InvalidOperationException">The guide was disposed.</exception>
    internal T Use<T>(Func<ITrainingGuide, T> use)
    {
        try
        {
            return use(Guide!);
        }
        catch (ObjectDisposedException e)
        {
            throw new InvalidOperationException($"Training.Guidance.Guide cannot be used: {e.Message}", e);
        }
    }
}

/// <summary>A pair of layers in guidance.</summary>
/// <param name="Guide">The guide's layer, such as <c>blocks.0</c>, or <c>members.1.blocks.0</c> of an ensemble.</param>
/// <param name="Student">The layer of the network in training, which is to become similar.</param>
public sealed record GuidedLayer(string Guide, string Student);

/// <summary>The estimate of the similarity of representations in guidance.</summary>
public enum GuidanceSimilarity
{
    /// <summary>Centred kernel alignment as in the paper: of many features and few rows it is near 1 whatever the features are.</summary>
    Cka,

    /// <summary>From the unbiased estimates of HSIC, whose mean is about 0 for features that have nothing to do with each other.</summary>
    UnbiasedCka,
}

/// <summary>What takes the guide's place to show what guidance owes to it.</summary>
public enum GuidanceControl
{
    /// <summary>Nothing: guidance by the guide.</summary>
    None,

    /// <summary>The guide's representations of a batch in random order of its rows.</summary>
    ShuffledRows,

    /// <summary>The guide's representations of random rows: normal numbers of the batch's means and deviations, or random tokens.</summary>
    RandomInputs,
}
