namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The normalisation of a window: it is shifted and scaled before the network, and the forecast is transformed back.</summary>
public enum ForecastNormalization
{
    /// <summary>
    /// The window's own mean and deviation of each target: reversible instance normalisation (Kim et al. 2022), without its learned
    /// factors.
    /// </summary>
    MeanAndDeviation,

    /// <summary>The window's last value (Zeng et al. 2023, arXiv 2205.13504, NLinear) and its deviation. The default.</summary>
    LastValue,

    /// <summary>The mean and deviation of the whole training data: for series whose level is informative.</summary>
    None,
}
