namespace Microsoft.ML.Extensions;

/// <summary>How the step size changes after the warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>It stays constant.</summary>
    Constant,

    /// <summary>It falls to 0 along half a cosine.</summary>
    Cosine,

    /// <summary>It falls to 0 along a line.</summary>
    Linear,
}
