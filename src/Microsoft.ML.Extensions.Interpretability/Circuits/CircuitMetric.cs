namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The value of a target.</summary>
public enum CircuitMetric
{
    /// <summary>
    /// The output's logit, or the difference of two logits where one is subtracted. The effect of a change is the squared
    /// difference. Also for outputs that are numbers.
    /// </summary>
    Logit,

    /// <summary>
    /// The logarithm of the output's probability, or the difference of two, which equals that of the logits. The effect of a change is
    /// the Kullback-Leibler divergence of the outputs' distribution from the previous one.
    /// </summary>
    LogProbability,
}
