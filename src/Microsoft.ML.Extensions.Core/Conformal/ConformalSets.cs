using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Conformal;

/// <summary>The description of sets of classes in a model file.</summary>
/// <param name="ScoreColumnName">The probabilities.</param>
/// <param name="PredictedLabelColumnName">The predicted class.</param>
/// <param name="OutputColumnName">The sets.</param>
/// <param name="Coverage">The probability.</param>
/// <param name="Method">How unlike its prediction a class is.</param>
/// <param name="Thresholds">The most unlike that a class of the set may be, <c>[K]</c>.</param>
internal sealed record ConformalSets(
    [property: Required] string ScoreColumnName, [property: Required] string PredictedLabelColumnName, [property: Required] string OutputColumnName,
    [property: Range(0.01, 0.9999)] double Coverage, ConformalSetMethod Method, double[] Thresholds) : ICheckedOptions
{
    IEnumerable<string> ICheckedOptions.Errors() =>
        Thresholds is { Length: > 1 } && Thresholds.All(threshold => threshold is >= -ConformalScores.Rounding and <= 1 + ConformalScores.Rounding) ? []
            : [$"Thresholds has {Thresholds?.Length ?? 0} numbers; allowed are two or more of 0 to 1."];

    /// <summary>The classes of a row's set, the most probable first; the first is always in it.</summary>
    /// <param name="probabilities"><c>[K]</c>.</param>
    public int[] Of(ReadOnlySpan<float> probabilities)
    {
        var order = ConformalScores.Order(probabilities);
        var scores = ConformalScores.Of(probabilities, order, Method);
        return [.. order.Where((kind, place) => place == 0 || scores[kind] <= Thresholds[kind])];
    }
}
