using System.Globalization;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The reward of N2N (Ashok et al. 2018, arXiv 1709.06030): <c>C (2 - C) A / A_teacher</c>, whose slope in C is steep while little is saved
/// and flat near 1.
/// </summary>
/// <param name="options">The cost and the constraints.</param>
/// <param name="teacher">The teacher.</param>
internal sealed class CompressionReward(CompressionOptions options, CompressionCandidate teacher)
{
    /// <summary>The reward of a network that is not possible.</summary>
    public const double Impossible = -1;

    // After so many iterations a violated constraint costs all.
    private const double SoftIterations = 15;

    /// <summary>The reward.</summary>
    /// <param name="saved">C, the part of the cost that is saved; may be negative.</param>
    /// <param name="accuracy">A / A_teacher.</param>
    /// <param name="violates">Whether a constraint is violated.</param>
    /// <param name="iteration">The iteration of the search, from 0.</param>
    public static double Of(double saved, double accuracy, bool violates, int iteration)
    {
        if (!(saved > 0))
        {
            return Impossible;
        }
        var reward = saved * (2 - saved) * Math.Max(0, accuracy);
        if (!violates)
        {
            return reward;
        }
        var soft = Math.Pow(Math.Clamp(1 - (iteration / SoftIterations), 0, 1), 4);
        return soft - 1 + (soft * reward);
    }

    /// <summary>The reward of a trained network.</summary>
    public double Of(CompressionCandidate candidate, int iteration) => candidate.Measure is null ? Impossible : Of(
        Saved(candidate), candidate.Measure.Accuracy / teacher.Measure!.Accuracy, Violation(candidate) is not null, iteration);

    /// <summary>Why a network is not possible, before it is trained, as part of a sentence; null where it may be.</summary>
    public string? ObstacleOfSize(CompressionCandidate candidate) =>
        options.MaxParameters is { } most && candidate.Parameters > most
            ? string.Create(CultureInfo.InvariantCulture, $"it has more than {most} parameters")
        : options.Cost != CompressionCost.Latency && !(Saved(candidate) > 0)
            ? string.Create(CultureInfo.InvariantCulture, $"it is not smaller than the teacher, which has {teacher.Parameters} parameters and takes {teacher.Operations} operations a row")
        : null;

    /// <summary>Which constraint a trained network violates, as part of a sentence; null for none.</summary>
    public string? Violation(CompressionCandidate candidate) =>
        candidate.Measure is not { } measure ? "it was not trained"
        : options.MinAccuracy is { } least && measure.Accuracy < least
            ? string.Create(CultureInfo.InvariantCulture, $"its accuracy is below {least}")
        : options.MaxMillisecondsPerRow is { } most && measure.MillisecondsPerRow > most
            ? string.Create(CultureInfo.InvariantCulture, $"a row takes more than {most} ms")
        : null;

    /// <summary>C, the part of the teacher's cost that a network saves.</summary>
    public double Saved(CompressionCandidate candidate) => 1 - (Cost(candidate) / Cost(teacher));

    private double Cost(CompressionCandidate one) => options.Cost switch
    {
        CompressionCost.Operations => one.Operations,
        CompressionCost.Latency => one.Measure?.MillisecondsPerRow ?? double.NaN,
        _ => one.Parameters,
    };
}
