namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The distribution of each value to come, which a forecaster learns by maximum likelihood.</summary>
public enum ForecastDistribution
{
    /// <summary>None: the mean is learned by its squared error, quantiles by the pinball loss. The default.</summary>
    None,

    /// <summary>A normal distribution.</summary>
    Normal,

    /// <summary>Student's t distribution with more than 2 degrees of freedom: outliers weigh less than in a normal distribution.</summary>
    StudentT,

    /// <summary>
    /// A negative binomial distribution with mean m and variance <c>m + a m^2</c>: for counts, which are whole numbers of 0 or above.
    /// </summary>
    NegativeBinomial,
}
