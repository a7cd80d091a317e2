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
}
