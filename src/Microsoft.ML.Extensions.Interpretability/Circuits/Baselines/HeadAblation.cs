namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Ablates heads one by one, and optionally edges: the score is the mean divergence of the targets without the part.</summary>
/// <remarks>One run per head and edge; the result depends on the substitute (<see cref="AblationKind"/>).</remarks>
public sealed class HeadAblation : CircuitMethod
{
    private readonly AblationKind _kind;
    private readonly bool _edges;

    /// <param name="kind">The substitute of an ablated part.</param>
    /// <param name="edges">Whether edges are ablated too, with a run for each.</param>
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
