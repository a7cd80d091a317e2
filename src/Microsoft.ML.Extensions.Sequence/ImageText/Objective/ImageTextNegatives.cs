namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The wrong partners that a pair is trained against. All come from the pair's batch, which is drawn at random.</summary>
/// <remarks>A pair with the same image or the same sentence is none.</remarks>
public enum ImageTextNegatives
{
    /// <summary>Every other image or sentence of the batch.</summary>
    InBatch,

    /// <summary><see cref="ImageTextMatchingOptions.NegativesPerPair"/> drawn at random.</summary>
    Uniform,

    /// <summary>
    /// The one with the highest score. Training can collapse with it, so that all scores are equal: warm up, or use a low rate.
    /// </summary>
    Hardest,

    /// <summary>
    /// The one with the highest score below that of the true partner (FaceNet: Schroff et al. 2015, arXiv 1503.03832); where all score
    /// higher, the one with the lowest.
    /// </summary>
    SemiHard,
}
