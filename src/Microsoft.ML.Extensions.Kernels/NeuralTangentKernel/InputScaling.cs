namespace Microsoft.ML.Extensions.Kernels;

/// <summary>How features are made comparable before a row is put on the sphere. A feature that is constant in training counts for nothing.</summary>
public enum InputScaling
{
    /// <summary>
    /// <see cref="Standardize"/> or <see cref="Rank"/>, whichever has the smaller error on training rows left out; the former where
    /// nothing is solved for, at infinite depth. The default.
    /// </summary>
    Auto,

    /// <summary>Mean 0 and standard deviation 1.</summary>
    Standardize,

    /// <summary>The place among the training values, from -1.73 for the smallest to 1.73 for the largest (mean 0, standard deviation 1): what is far out counts no more than what is out.</summary>
    Rank,

    /// <summary>The training values' range becomes -1 to 1.</summary>
    MinMax,

    /// <summary>As they are.</summary>
    None,
}
