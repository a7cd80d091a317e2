using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

public sealed partial class TransformerModel
{
    /// <summary>What every source of an edge writes; the donors for resampling, and with means the ones for mean ablation.</summary>
    public IReadOnlyList<HookPoint> EdgeSources =>
    [
        .. TransformerEdge.All(Config).Select(edge => edge.Source).Distinct().SelectMany(source => EdgeAblation.SourcePoints(Config, source)).Distinct(),
    ];

    /// <summary>Runs with edges taken away: their targets read, instead of what the source writes, what the ablation makes of it.</summary>
    /// <param name="batch">The tokens.</param>
    /// <param name="edges">The edges taken away; all other ways, those that lead around them included, stay.</param>
    /// <param name="record">The activation wanted.</param>
    /// <param name="ablation">
    /// The ablation of a whole activation among <see cref="EdgeSources"/>: <c>point => Intervention.Zero(point)</c>, or a mean, or a resample.
    /// </param>
    /// <returns>The activation. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">An edge is not of this transformer, or what is said of Run.</exception>
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
