namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What image-text matching learns by; <c>s(i, t)</c> is the cosine of an image and a sentence.</summary>
public enum ImageTextObjective
{
    /// <summary>
    /// Softmax cross-entropy of the true partner among it and the negatives, of <c>exp(a) s</c> with a learned <c>a</c> (CLIP: Radford et
    /// al. 2021, arXiv 2103.00020): the mean of both directions.
    /// </summary>
    InfoNce,

    /// <summary>
    /// The global ranking objective: the sum of <c>max(0, margin + s(negative) - s(true))</c> over negatives and directions (Karpathy,
    /// Joulin, Fei-Fei 2014, arXiv 1406.5679). With <see cref="ImageTextNegatives.Hardest"/> it is the loss of VSE++ (Faghri et al. 2018,
    /// arXiv 1707.05612).
    /// </summary>
    Hinge,

    /// <summary>
    /// Each pair is judged by itself: the logistic loss of <c>exp(a) s + b</c> with learned <c>a</c> and <c>b</c> (SigLIP: Zhai et al.
    /// 2023, arXiv 2303.15343).
    /// </summary>
    Sigmoid,
}
