namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The pooling of a random convolution's outputs over time. All features are from 0 to 1.</summary>
public enum RandomConvolutionPooling
{
    /// <summary>For each bias the share of outputs above it: one number.</summary>
    Share,

    /// <summary>Two numbers per bias: the share, and how far outputs above the bias exceed it.</summary>
    ShareAndExcess,

    /// <summary>
    /// Four numbers per bias: the share, the excess, where in the row outputs above the bias lie on the mean, and the longest stretch of
    /// them.
    /// </summary>
    Four,
}
