namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What a target's value is.</summary>
public enum CircuitMetric
{
    /// <summary>
    /// The output's logit, or the difference of the two where one is subtracted. What a change does is measured by the square of its
    /// difference. For outputs that are numbers as well.
    /// </summary>
    Logit,

    /// <summary>
    /// The logarithm of the output's probability, or the difference of the two, which is that of the logits. What a change does is measured
    /// by the Kullback-Leibler divergence of the outputs' distribution from the one before it.
    /// </summary>
    LogProbability,
}
