namespace Microsoft.ML.Extensions.Numerics.RandomConvolution;

/// <summary>
/// The pooling of a convolution's outputs; its value is the number of features per bias. All features are from 0 to 1.
/// </summary>
/// <remarks>
/// The excess is m / (m + s), where m is the mean by which outputs above the bias exceed it and s the deviation of the outputs that gave
/// the bias. MultiRocket takes m
/// itself, which is unbounded, so that one outlying row can dominate a regression.
/// </remarks>
internal enum ConvolutionPooling
{
    /// <summary>The share of outputs above the bias.</summary>
    Share = 1,

    /// <summary>The share, and how far outputs above the bias exceed it.</summary>
    ShareAndExcess = 2,

    /// <summary>
    /// The share, the excess, where outputs above the bias lie on the mean, and the longest stretch of them (MultiRocket).
    /// </summary>
    Four = 4,
}
