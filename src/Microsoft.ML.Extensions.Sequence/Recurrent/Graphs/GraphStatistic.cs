namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Summary statistics of a property of all nodes or edges of a graph.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Minimum">The least.</param>
/// <param name="Maximum">The largest.</param>
/// <param name="Variance">The variance of the population.</param>
public readonly record struct GraphStatistic(double Mean, double Minimum, double Maximum, double Variance)
{
    internal static GraphStatistic Of(IEnumerable<double> values)
    {
        var all = values.ToArray();
        var mean = all.Average();
        return new GraphStatistic(mean, all.Min(), all.Max(), all.Average(value => (value - mean) * (value - mean)));
    }
}
