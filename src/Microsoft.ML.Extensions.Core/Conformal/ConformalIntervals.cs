using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Conformal;

/// <summary>The description of intervals in a model file.</summary>
/// <param name="ScoreColumnName">The prediction.</param>
/// <param name="QuantilesColumnName">The quantiles; null for a distance to either side.</param>
/// <param name="LowerColumnName">The lower ends.</param>
/// <param name="UpperColumnName">The upper ends.</param>
/// <param name="Coverage">The probability.</param>
/// <param name="Distances">By how much the interval of each value is widened, <c>[V]</c>; below 0 narrows that of quantiles.</param>
internal sealed record ConformalIntervals(
    [property: Required] string ScoreColumnName, string? QuantilesColumnName, [property: Required] string LowerColumnName,
    [property: Required] string UpperColumnName, [property: Range(0.01, 0.9999)] double Coverage, double[] Distances) : ICheckedOptions
{
    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Distances is not { Length: > 0 } || !Distances.All(distance => double.IsFinite(distance) && (distance >= 0 || QuantilesColumnName is not null)))
        {
            yield return $"Distances has {Distances?.Length ?? 0} numbers; allowed are finite ones, at least one, and below 0 only beside quantiles.";
        }
        if (LowerColumnName == UpperColumnName)
        {
            yield return $"LowerColumnName and UpperColumnName are '{LowerColumnName}'; allowed are two names.";
        }
    }

    /// <summary>How far a label is outside of what the model says; below 0 within its quantiles.</summary>
    public static double Outside(double label, double lower, double upper) => Math.Max(lower - label, label - upper);

    /// <summary>The interval, rounded outwards to Single, within its range. One that narrows to nothing is the middle.</summary>
    public static (float Lower, float Upper) Interval(double lower, double upper, double distance)
    {
        var (from, to) = (Math.Max(lower - distance, float.MinValue), Math.Min(upper + distance, float.MaxValue));
        if (from > to)
        {
            from = to = (from + to) / 2;
        }
        var (below, above) = ((float)from, (float)to);
        return (below > from ? MathF.BitDecrement(below) : below, above < to ? MathF.BitIncrement(above) : above);
    }
}
