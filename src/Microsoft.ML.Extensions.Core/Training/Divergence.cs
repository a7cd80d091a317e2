using System.Globalization;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The error for a loss that is no longer finite, with advice.</summary>
internal static class Divergence
{
    /// <summary>The exception.</summary>
    /// <param name="options">The options of the run.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="loss">The loss.</param>
    public static InvalidOperationException Error(TrainingOptions options, int epoch, double loss) =>
        new(string.Create(CultureInfo.InvariantCulture,
        $"Training diverged in epoch {epoch + 1}: the loss is {loss}. Lower Training.LearningRate (now {options.LearningRate}), "
        + $"set Training.GradientClip (now {options.GradientClip}), or scale the features."));
}
