namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>How it is measured what the values of a row contribute to a prediction.</summary>
public enum AttributionMethod
{
    /// <summary>
    /// What the output loses when a window of a channel is replaced by the baseline (Zeiler and Fergus 2014, arXiv 1311.2901, section 4.2). It takes every network
    /// of columns of numbers or tokens, and each row is scored once per window and channel.
    /// </summary>
    Occlusion,

    /// <summary>
    /// The gradient of the output, averaged on the way from the baseline to the row, times the way (Sundararajan, Taly and Yan 2017, arXiv 1703.01365). The
    /// attributions of a row sum to what the output gains over the baseline. It needs a network with gradients.
    /// </summary>
    IntegratedGradients,
}
