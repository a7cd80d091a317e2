namespace Microsoft.ML.Extensions;

/// <summary>What the deviation of noise on gradients is measured in.</summary>
public enum GradientNoiseScale
{
    /// <summary>In the gradient's own unit, the same for all parameters, as in the paper.</summary>
    Absolute,

    /// <summary>In the root of the mean square of each parameter's gradient in that step; where that is 0, there is no noise.</summary>
    Relative,
}
