namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Takes heads away one by one, and edges if asked for: a score is the mean divergence of the targets without it.</summary>
/// <remarks>One run a head, and one an edge; what it says depends on what stands for a part (<see cref="AblationKind"/>).</remarks>
public sealed class HeadAblation : CircuitMethod
{
    private readonly AblationKind _kind;
    private readonly bool _edges;

    /// <param name="kind">What stands for a part that is taken away.</param>
    /// <param name="edges">Whether edges are taken away as well, which is a run for each of them.</param>
    public HeadAblation(AblationKind kind = AblationKind.Mean, bool edges = false) => (_kind, _edges) = (kind, edges);

    /// <inheritdoc/>
    public override string Name => $"{_kind} ablation";

    /// <inheritdoc/>
    public override CircuitScores Score(TransformerModel model, CircuitTask task, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        var points = HookPoint.OfEachLayer(HookKind.HeadOutput, model.Config);
        using var ablation = new Ablation(model, task, _kind, points.Concat(_edges ? model.EdgeSources : []));
        using var meter = new ChangeMeter(model, task, ablation);
        var heads = new Dictionary<CircuitNode, double>();
        for (var layer = 0; layer < model.Config.Layers; layer++)
        {
            for (var head = 0; head < model.Config.Heads; head++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                heads[CircuitNode.Head(layer, head)] = meter.Divergence(substitutes => [Ablation.Of(points[layer], substitutes, [head])]);
            }
        }
        return new CircuitScores(heads, _edges ? Edges(model, meter, cancellationToken) : null);
    }

    private static Dictionary<CircuitEdge, double> Edges(TransformerModel model, ChangeMeter meter, CancellationToken cancellationToken)
    {
        var scores = new Dictionary<CircuitEdge, double>();
        foreach (var edge in CircuitEdge.Parts(model.Config))
        {
            cancellationToken.ThrowIfCancellationRequested();
            scores[edge.Key] = meter.Divergence([.. edge]);
        }
        return scores;
    }
}
