namespace Microsoft.ML.Extensions;

/// <summary>The unit of the standard deviation of gradient noise.</summary>
public enum GradientNoiseScale
{
    /// <summary>The gradient's own unit, the same for all parameters, as in the paper.</summary>
    Absolute,

    /// <summary>The root mean square of each parameter's gradient in that step; where that is 0, there is no noise.</summary>
    Relative,
}
