using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Options of learning word vectors from co-occurrences.</summary>
/// <remarks>
/// The defaults follow Levy, Goldberg and Dagan 2015 (Transactions of the ACL 3, "Improving Distributional Similarity with Lessons Learned
/// from Word Embeddings").
/// </remarks>
public sealed class WordVectorOptions
{
    // The eigenvectors of a matrix of this size take a third of a second in one call, which cannot be cancelled.
    internal const int MostDimensions = 1 << 10;

    /// <summary>D, the numbers of a vector, 1 to 1,024.</summary>
    [Range(1, MostDimensions)]
    public int Dimensions { get; set; } = 100;

    /// <summary>The number of words on either side in a word's context.</summary>
    [Range(1, 1000)]
    public int Window { get; set; } = 5;

    /// <summary>k of the shift: ln k is subtracted from the pointwise mutual information; 1 is no shift.</summary>
    [Range(1.0, 1e6)]
    public double Shift { get; set; } = 1;

    /// <summary>The exponent of the context frequencies; values below 1 reduce the influence of rare contexts.</summary>
    [Range(0.0, 1.0)]
    public double ContextSmoothing { get; set; } = .75;

    /// <summary>The exponent of the singular values by which the vectors are scaled.</summary>
    [Range(0.0, 1.0)]
    public double SingularValuePower { get; set; } = .5;

    /// <summary>The smallest number of texts with a word; rarer words have no learned vector.</summary>
    [Range(1, int.MaxValue)]
    public int LeastTexts { get; set; } = 2;

    /// <summary>The number of words with a vector, the most frequent ones.</summary>
    [Range(1, 1 << 22)]
    public int MostTerms { get; set; } = 200_000;

    /// <summary>The seed of the decomposition.</summary>
    public int Seed { get; set; } = 1;
}
