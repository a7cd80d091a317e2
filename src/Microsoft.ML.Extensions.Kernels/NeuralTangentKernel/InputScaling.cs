namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The scaling of features before a row is mapped to the sphere. Features that are constant in training are ignored.</summary>
public enum InputScaling
{
    /// <summary>
    /// <see cref="Standardize"/> or <see cref="Rank"/>, whichever has the smaller left-out error on the training rows; the former
    /// at infinite depth, where nothing is solved. The default.
    /// </summary>
    Auto,

    /// <summary>Mean 0 and standard deviation 1.</summary>
    Standardize,

    /// <summary>
    /// The place among the training values, from -1.73 for the smallest to 1.73 for the largest (mean 0, standard deviation 1): outliers
    /// have no more influence than other extreme values.
    /// </summary>
    Rank,

    /// <summary>The training values' range becomes -1 to 1.</summary>
    MinMax,

    /// <summary>No scaling.</summary>
    None,
}
