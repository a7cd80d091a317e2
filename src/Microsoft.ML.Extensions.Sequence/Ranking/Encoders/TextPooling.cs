namespace Microsoft.ML.Extensions.Sequence;

/// <summary>How an encoder combines the vectors of a text's tokens.</summary>
public enum TextPooling
{
    /// <summary>Their mean, including <c>[CLS]</c> and <c>[SEP]</c> (Reimers and Gurevych 2019, arXiv 1908.10084).</summary>
    Mean,

    /// <summary>The vector of <c>[CLS]</c>.</summary>
    FirstToken,

    /// <summary>The largest value of each dimension.</summary>
    Maximum,

    /// <summary>Their sum, divided by the root of their number.</summary>
    MeanOfRoot,
}
