using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How vectors are learned from the words around words.</summary>
/// <remarks>The defaults follow Levy, Goldberg and Dagan 2015 (Transactions of the ACL 3, "Improving Distributional Similarity with Lessons Learned from Word Embeddings").</remarks>
public sealed class WordVectorOptions
{
    // The eigenvectors of a matrix of so many rows take a third of a second in one call, which nothing stops.
    internal const int MostDimensions = 1 << 10;

    /// <summary>D, the numbers of a vector, 1 to 1,024.</summary>
    [Range(1, MostDimensions)]
    public int Dimensions { get; set; } = 100;

    /// <summary>How many words to either side are a word's context.</summary>
    [Range(1, 1000)]
    public int Window { get; set; } = 5;

    /// <summary>k of the shift: ln k is taken from the pointwise mutual information, so that 1 shifts nothing.</summary>
    [Range(1.0, 1e6)]
    public double Shift { get; set; } = 1;

    /// <summary>The power of the contexts' frequencies; below 1 rare contexts count for less.</summary>
    [Range(0.0, 1.0)]
    public double ContextSmoothing { get; set; } = .75;

    /// <summary>The power of the singular values that the vectors are multiplied by.</summary>
    [Range(0.0, 1.0)]
    public double SingularValuePower { get; set; } = .5;

    /// <summary>In how many texts a word stands at least; rarer ones have no vector of their own.</summary>
    [Range(1, int.MaxValue)]
    public int LeastTexts { get; set; } = 2;

    /// <summary>How many words have a vector, the most frequent ones.</summary>
    [Range(1, 1 << 22)]
    public int MostTerms { get; set; } = 200_000;

    /// <summary>The beginning of the random numbers of the decomposition.</summary>
    public int Seed { get; set; } = 1;
}
