namespace Microsoft.ML.Extensions;

/// <summary>Which weights are removed together.</summary>
public enum SparsityStructure
{
    /// <summary>Each weight by itself.</summary>
    Unstructured,

    /// <summary>N:M: of every M consecutive inputs of an output, N weights are kept.</summary>
    Groups,

    /// <summary>Blocks of a matrix.</summary>
    Blocks,

    /// <summary>
    /// Whole neurons of hidden layers, or channels of recurrent ones: the network that remains is smaller, and faster in proportion. For
    /// <c>ml.Model.Prune</c> of trained models alone.
    /// </summary>
    Neurons,
}
