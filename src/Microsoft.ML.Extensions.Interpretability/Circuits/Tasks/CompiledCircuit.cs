using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Examples and true circuit of a compiled transformer, for the evaluation of circuit finders.</summary>
public static class CompiledCircuit
{
    /// <summary>
    /// Examples of the program: positive ones are random rows, with the program's output at each token as targets; negative ones
    /// repeat one token, so that all positions are equal, and are as long as the positive example of the same number.
    /// </summary>
    /// <param name="compiled">The compiled transformer.</param>
    /// <param name="count">Positive examples, and as many negative ones.</param>
    /// <param name="seed">The seed of the rows.</param>
    /// <param name="shortest">The shortest row; 0 for all of <see cref="CompiledTransformer.Length"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The count is below 1, or the shortest row below 0 or above <see cref="CompiledTransformer.Length"/>.
    /// </exception>
    public static CircuitTask ToTask(this CompiledTransformer compiled, int count, int seed = 1, int shortest = 0)
    {
        ArgumentNullException.ThrowIfNull(compiled);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(shortest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shortest, compiled.Length);
        var random = new Random(SeedSequence.Derive(seed, 0));
        var examples = new List<CircuitExample>();
        for (var i = 0; i < count; i++)
        {
            var length = shortest == 0 ? compiled.Length : random.Next(shortest, compiled.Length + 1);
            int[] row = [.. Enumerable.Range(0, length).Select(_ => random.Next(compiled.Vocabulary))];
            var values = compiled.Evaluate(row);
            examples.Add(new CircuitExample(compiled.Row(row), true,
                [.. Enumerable.Range(0, length).SelectMany(place => Targets(compiled, place + 1, values[place]))]));
            examples.Add(new CircuitExample(compiled.Row([.. Enumerable.Repeat(random.Next(compiled.Vocabulary), length)]), false));
        }
        return new CircuitTask(examples, CircuitMetric.Logit);
    }

    /// <summary>The heads and edges that matter for a kind of ablation.</summary>
    /// <param name="compiled">The compiled transformer.</param>
    /// <param name="kind">Zero or resample; for means there is no truth, since a mean is not a value that the program reads.</param>
    /// <exception cref="ArgumentException">Mean ablation was requested.</exception>
    public static CircuitTruth Truth(this CompiledTransformer compiled, AblationKind kind)
    {
        ArgumentNullException.ThrowIfNull(compiled);
        var edges = kind switch
        {
            AblationKind.Zero => compiled.EdgesUnderZeroAblation(),
            AblationKind.Resample => compiled.EdgesUnderResampleAblation(),
            _ => throw new ArgumentException(
                $"The truth of a compiled model is known for {AblationKind.Zero} and {AblationKind.Resample}, not {kind}.", nameof(kind)),
        };
        return new CircuitTruth(
            edges.Select(edge => edge.Source).Where(source => source.Part == CircuitPart.Head),
            edges.SelectMany(edge => CircuitEdge.Of(edge, compiled.Model.Config)));
    }

    private static IEnumerable<CircuitTarget> Targets(CompiledTransformer compiled, int position, double? value) =>
        compiled.OutputOf(value) is { } output ? [new CircuitTarget(position, output)] : [];
}
