using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Compares a circuit with random circuits of as many heads.</summary>
internal static class RandomCircuits
{
    // The number of examples; the model runs over them for each draw.
    private const int MostExamples = 16;

    /// <summary>The effect of ablating a circuit on the targets.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">The task, with the negative examples for the means.</param>
    /// <param name="examples">The examples, of which those with targets are measured.</param>
    /// <param name="heads">The circuit's heads, counted over all layers.</param>
    /// <param name="draws">The number of random circuits.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null where nothing can be compared: no draws, no targets, no head in the circuit, or all of them.</returns>
    public static CircuitEffect? Effect(
        TransformerModel model, CircuitTask task, IReadOnlyList<CircuitExample> examples, IReadOnlyList<int> heads, int draws, int seed,
        CancellationToken cancellationToken)
    {
        var measured = examples.Where(example => example.IsPositive && example.Targets.Count > 0).Take(MostExamples).ToArray();
        var all = model.Config.Layers * model.Config.Heads;
        if (draws == 0 || measured.Length == 0 || heads.Count == 0 || heads.Count == all)
        {
            return null;
        }
        var points = HookPoint.OfEachLayer(HookKind.HeadOutput, model.Config);
        var part = new CircuitTask([.. measured, .. task.Negatives], task.Metric);
        using var ablation = new Ablation(model, part, AblationKind.Mean, points);
        using var meter = new ChangeMeter(model, part, ablation);
        double Without(IEnumerable<int> taken) => meter.Divergence(substitutes => taken.GroupBy(head => head / model.Config.Heads)
            .Select(layer => Ablation.Of(points[layer.Key], substitutes, [.. layer.Select(head => head % model.Config.Heads)])));

        var change = Without(heads);
        // With few heads there are few circuits, which are drawn repeatedly, so results are cached.
        var known = new Dictionary<string, double>();
        var changes = Enumerable.Range(0, draws).Select(draw =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var drawn = Drawn(all, heads.Count, SeedSequence.Derive(seed, draw));
            var name = string.Join(' ', drawn);
            return known.TryGetValue(name, out var before) ? before : known[name] = Without(drawn);
        }).ToArray();
        // A draw of the circuit itself has the same effect up to rounding.
        var reached = changes.Count(other => other >= change * (1 - 1e-6));
        return new CircuitEffect(change, changes.Average(), (1.0 + reached) / (1 + draws), measured.Length);
    }

    private static int[] Drawn(int all, int count, int seed)
    {
        var heads = Enumerable.Range(0, all).ToArray();
        new Random(seed).Shuffle(heads);
        return [.. heads.Take(count).Order()];
    }
}
