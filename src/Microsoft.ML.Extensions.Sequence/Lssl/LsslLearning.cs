namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Which parameters of the dynamics an LSSL learns, in addition to its outputs C and D.</summary>
public enum LsslLearning
{
    /// <summary>Nothing: LSSL-fixed of the paper.</summary>
    None,

    /// <summary>The time step of each feature.</summary>
    Timescale,

    /// <summary>The state matrix A.</summary>
    StateMatrix,

    /// <summary>The state matrix and the time steps. The default.</summary>
    All,
}
