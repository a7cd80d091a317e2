namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Positive and negative examples of something that a model does, and what is measured of it.</summary>
public sealed class CircuitTask
{
    /// <param name="examples">Both positive and negative ones.</param>
    /// <param name="metric">What a target's value is.</param>
    /// <exception cref="ArgumentException">There is no positive or no negative example.</exception>
    public CircuitTask(IEnumerable<CircuitExample> examples, CircuitMetric metric = CircuitMetric.LogProbability)
    {
        ArgumentNullException.ThrowIfNull(examples);
        (Examples, Metric) = ([.. examples], metric);
        (Positives, Negatives) = ([.. Examples.Where(example => example.IsPositive)], [.. Examples.Where(example => !example.IsPositive)]);
        if (Positives.Count == 0 || Negatives.Count == 0)
        {
            throw new ArgumentException($"There are {Positives.Count} positive and {Negatives.Count} negative examples; a circuit is found from both.", nameof(examples));
        }
    }

    /// <summary>All examples, in the order given.</summary>
    public IReadOnlyList<CircuitExample> Examples { get; }

    /// <summary>What a target's value is.</summary>
    public CircuitMetric Metric { get; }

    /// <summary>The examples in which the circuit has work to do.</summary>
    public IReadOnlyList<CircuitExample> Positives { get; }

    /// <summary>The examples in which it has none.</summary>
    public IReadOnlyList<CircuitExample> Negatives { get; }
}
