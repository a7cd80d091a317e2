namespace Microsoft.ML.Extensions;

/// <summary>How often intervals held the label, and how wide they were.</summary>
public sealed class IntervalMetrics
{
    internal IntervalMetrics(long labels, double[] coverage, double[] width, double score) =>
        (Labels, CoverageBySlot, WidthBySlot, IntervalScore) = (labels, coverage, width, score);

    /// <summary>The labels that were compared; those missing are left out.</summary>
    public long Labels { get; }

    /// <summary>The share of labels within their interval, the mean of <see cref="CoverageBySlot"/>.</summary>
    public double Coverage => CoverageBySlot.Average();

    /// <summary>The mean width of the intervals, in the label's units.</summary>
    public double MeanWidth => WidthBySlot.Average();

    /// <summary>The share of labels within, for each value of the label, such as a step of a forecast.</summary>
    public IReadOnlyList<double> CoverageBySlot { get; }

    /// <summary>The mean width, for each value of the label.</summary>
    public IReadOnlyList<double> WidthBySlot { get; }

    /// <summary>
    /// The mean of the width and of <c>2 / (1 - coverage)</c> times the distance of a label that is outside (Winkler 1972; Gneiting and Raftery 2007,
    /// section 6.2): the lower, the better, and the lowest for intervals that are neither too wide nor too narrow.
    /// </summary>
    public double IntervalScore { get; }
}
