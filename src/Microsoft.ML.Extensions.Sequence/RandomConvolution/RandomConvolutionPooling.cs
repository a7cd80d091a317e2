namespace Microsoft.ML.Extensions.Sequence;

/// <summary>What the outputs of a random convolution become over time. All numbers lie from 0 to 1.</summary>
public enum RandomConvolutionPooling
{
    /// <summary>For each bias the share of outputs above it: one number.</summary>
    Share,

    /// <summary>Two numbers a bias: the share, and how far outputs above the bias exceed it.</summary>
    ShareAndExcess,

    /// <summary>
    /// Four numbers a bias: the share, the excess, where in the row outputs above the bias lie on the mean, and the longest stretch of
    /// them.
    /// </summary>
    Four,
}
