namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A task of a model: positive and negative examples, and the metric of targets.</summary>
public sealed class CircuitTask
{
    /// <param name="examples">Both positive and negative ones.</param>
    /// <param name="metric">The value of a target.</param>
    /// <exception cref="ArgumentException">There is no positive or no negative example.</exception>
    public CircuitTask(IEnumerable<CircuitExample> examples, CircuitMetric metric = CircuitMetric.LogProbability)
    {
        ArgumentNullException.ThrowIfNull(examples);
        (Examples, Metric) = ([.. examples], metric);
        (Positives, Negatives) = ([.. Examples.Where(example => example.IsPositive)], [.. Examples.Where(example => !example.IsPositive)]);
        if (Positives.Count == 0 || Negatives.Count == 0)
        {
            throw new ArgumentException(
                $"There are {Positives.Count} positive and {Negatives.Count} negative examples; a circuit is found from both.",
                nameof(examples));
        }
    }

    /// <summary>All examples, in the order given.</summary>
    public IReadOnlyList<CircuitExample> Examples { get; }

    /// <summary>The value of a target.</summary>
    public CircuitMetric Metric { get; }

    /// <summary>The positive examples.</summary>
    public IReadOnlyList<CircuitExample> Positives { get; }

    /// <summary>The negative examples.</summary>
    public IReadOnlyList<CircuitExample> Negatives { get; }
}
