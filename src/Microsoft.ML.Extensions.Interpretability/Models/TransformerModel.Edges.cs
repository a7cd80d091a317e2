using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

public sealed partial class TransformerModel
{
    /// <summary>The output activations of all sources of edges, to record for resampling or for means.</summary>
    public IReadOnlyList<HookPoint> EdgeSources =>
    [
        .. TransformerEdge.All(Config).Select(edge => edge.Source).Distinct()
            .SelectMany(source => EdgeAblation.SourcePoints(Config, source)).Distinct(),
    ];

    /// <summary>Runs with edges ablated: their targets read the ablated output of the source instead of its output.</summary>
    /// <param name="batch">The tokens.</param>
    /// <param name="edges">The edges to ablate; all other paths stay.</param>
    /// <param name="record">The activation to return.</param>
    /// <param name="ablation">
    /// The ablation of a whole activation among <see cref="EdgeSources"/>: <c>point => Intervention.Zero(point)</c>, or a mean, or a
    /// resample.
    /// </param>
    /// <returns>The activation. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">An edge is not of this transformer, or as for Run.</exception>
    public Tensor RunWithoutEdges(
        TokenBatch batch, IReadOnlyCollection<TransformerEdge> edges, HookKind record, Func<HookPoint, Intervention> ablation)
    {
        ArgumentNullException.ThrowIfNull(edges);
        ArgumentNullException.ThrowIfNull(ablation);
        var wanted = new HookPoint(record);
        var removed = new EdgeAblation(Config, edges, ablation);
        using var cache = Run(batch, [.. removed.Record, wanted], removed.Interventions);
        return cache.Take(wanted);
    }
}
