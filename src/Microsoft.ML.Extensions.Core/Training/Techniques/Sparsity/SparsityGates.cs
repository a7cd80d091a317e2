namespace Microsoft.ML.Extensions;

/// <summary>How the weights of a parameter that several gates of a cell share are distributed over these.</summary>
public enum SparsityGates
{
    /// <summary>Each gate is a matrix of its own, with a density of its own.</summary>
    Balanced,

    /// <summary>
    /// The gates of a parameter compete: the best weights of all of them are kept, and at least one of each. Where weights are rewired, the smallest
    /// of all gates are dropped, and each gate grows the same number (Liu et al. 2021, Selfish-RNN, arXiv 2101.09048).
    /// </summary>
    Redistributed,
}
