using System.ComponentModel.DataAnnotations;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// ACDC (Conmy et al. 2023, arXiv 2304.14997, algorithm 1): from the output backward, each edge is removed if the divergence then
/// grows by less than a threshold. An edge's score is the largest threshold of a sweep at which it is kept; a head's score is the largest
/// of its edges.
/// </summary>
/// <remarks>
/// It runs the model for each edge and threshold, so it suits small models. Differs from the paper: the query, key and value parts of an
/// edge are removed together, and each threshold starts from the result of the one below, so that the sweep's circuits are nested.
/// </remarks>
public sealed class AutomaticCircuitDiscovery : CircuitMethod
{
    private readonly AutomaticCircuitDiscoveryOptions _options;

    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are not allowed; all are named.</exception>
    public AutomaticCircuitDiscovery(AutomaticCircuitDiscoveryOptions? options = null)
    {
        _options = (options ?? new()).Validated();
    }

    /// <inheritdoc/>
    public override string Name => $"ACDC, {_options.Ablation}";

    /// <inheritdoc/>
    public override CircuitScores Score(TransformerModel model, CircuitTask task, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        using var ablation = new Ablation(model, task, _options.Ablation, model.EdgeSources);
        using var meter = new ChangeMeter(model, task, ablation);
        var parts = CircuitEdge.Parts(model.Config);
        var kept = parts.Select(edge => edge.Key).ToHashSet();
        var edges = kept.ToDictionary(edge => edge, _ => 0.0);
        foreach (var threshold in _options.Thresholds.Order())
        {
            Prune(kept, parts, meter, threshold, cancellationToken);
            foreach (var edge in kept)
            {
                edges[edge] = threshold;
            }
        }
        return new CircuitScores(HeadsOf(model.Config, edges), edges);
    }

    private static void Prune(
        HashSet<CircuitEdge> kept, ILookup<CircuitEdge, TransformerEdge> parts, ChangeMeter meter, double threshold,
            CancellationToken cancellationToken)
    {
        var removed = parts.Where(edge => !kept.Contains(edge.Key)).SelectMany(edge => edge).ToHashSet();
        var current = meter.Divergence(removed);
        foreach (var target in kept.Select(edge => edge.Target).Distinct().OrderByDescending(target => target.Stage).ToArray())
        {
            var incoming = kept.Where(edge => edge.Target == target).OrderByDescending(edge => edge.Source.Stage)
                .ThenByDescending(edge => edge.Source.Index).ToArray();
            // Edges into parts that nothing reads any more are removed too.
            var isRead = target.Part == CircuitPart.Output || kept.Any(edge => edge.Source == target);
            foreach (var edge in incoming)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var without = removed.Concat(parts[edge]).ToHashSet();
                var divergence = isRead ? meter.Divergence(without) : current;
                if (divergence - current < threshold)
                {
                    kept.Remove(edge);
                    (removed, current) = (without, divergence);
                }
            }
        }
    }

    private static Dictionary<CircuitNode, double> HeadsOf(TransformerConfig config, Dictionary<CircuitEdge, double> edges)
    {
        var heads = (from layer in Enumerable.Range(0, config.Layers)
                     from head in Enumerable.Range(0, config.Heads)
                     select CircuitNode.Head(layer, head)).ToDictionary(head => head, _ => 0.0);
        foreach (var (edge, score) in edges.Where(edge => edge.Key.Source.Part == CircuitPart.Head))
        {
            heads[edge.Source] = Math.Max(heads[edge.Source], score);
        }
        return heads;
    }
}

/// <summary>Options of <see cref="AutomaticCircuitDiscovery"/>.</summary>
public sealed class AutomaticCircuitDiscoveryOptions : ICheckedOptions
{
    /// <summary>The substitute of a source's output. The default is <see cref="AblationKind.Resample"/>, as in the paper.</summary>
    public AblationKind Ablation { get; set; } = AblationKind.Resample;

    /// <summary>
    /// The thresholds, one or more, each above 0 and finite, in units of the divergence. The default is ten from 1e-4 to 3.
    /// </summary>
    [Required]
    public IReadOnlyList<double> Thresholds { get; set; } = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3];

    IEnumerable<string> ICheckedOptions.Errors()
    {
        if (Thresholds.Count == 0 || Thresholds.Any(threshold => !(threshold > 0 && double.IsFinite(threshold))))
        {
            yield return $"Thresholds is [{string.Join(", ", Thresholds.Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]; allowed are one or more numbers above 0.";
        }
    }
}
