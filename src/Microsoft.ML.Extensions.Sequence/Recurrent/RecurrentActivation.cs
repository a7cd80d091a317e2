namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The function of an Elman or Jordan cell.</summary>
public enum RecurrentActivation
{
    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>
    /// The positive part; with orthogonal recurrent matrices it propagates gradients further (Le, Jaitly, Hinton 2015, arXiv 1504.00941).
    /// </summary>
    Relu,
}
