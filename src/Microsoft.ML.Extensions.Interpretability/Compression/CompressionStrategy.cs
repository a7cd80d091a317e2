namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>How compression looks for a smaller network.</summary>
public enum CompressionStrategy
{
    /// <summary>
    /// Two policies learn which parts to leave out and by which factor each size shrinks (Ashok et al. 2018, arXiv 1709.06030).
    /// </summary>
    PolicyGradient,

    /// <summary>Draws networks at random.</summary>
    Random,

    /// <summary>Takes the best of all single steps while the reward rises.</summary>
    Greedy,

    /// <summary>Regularised evolution (Real et al. 2019, arXiv 1802.01548).</summary>
    Evolution,

    /// <summary>Multiplies all sizes by the same factor.</summary>
    UniformWidth,

    /// <summary>Leaves out neurons and channels whose weights have small norms (Li et al. 2017, arXiv 1608.08710).</summary>
    GroupNorm,

    /// <summary>No search: one network of the sizes of an ensemble's networks, which learns from all of them.</summary>
    SingleNetwork,
}

/// <summary>What a smaller network saves.</summary>
public enum CompressionCost
{
    /// <summary>The number of parameters, as in the paper.</summary>
    Parameters,

    /// <summary>The operations of the matrices for a row.</summary>
    Operations,

    /// <summary>The measured time to score a row. Two searches with one seed then need not be equal.</summary>
    Latency,
}

/// <summary>The first weights of a candidate.</summary>
public enum CompressionStart
{
    /// <summary>Random ones, as in the paper.</summary>
    Fresh,

    /// <summary>The teacher's: the first rows and columns of each matrix of the parts that are kept.</summary>
    Inherited,
}
