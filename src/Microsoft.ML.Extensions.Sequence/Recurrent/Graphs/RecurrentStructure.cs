namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How the channels of recurrent layers are connected.</summary>
public enum RecurrentStructure
{
    /// <summary>Every channel of a layer is connected to every input.</summary>
    Dense,

    /// <summary>
    /// Each block is a stack of small masked layers made from a random graph: <see cref="RandomGraphOptions"/> (Darji 2021, arXiv
    /// 2407.20601).
    /// </summary>
    RandomGraph,
}
