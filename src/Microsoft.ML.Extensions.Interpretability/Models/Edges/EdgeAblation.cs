using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Ablates edges: adds, to a target's input, the ablated output of each removed source minus its output.</summary>
/// <remarks>All edges into the parts of one activation are one product with a mask.</remarks>
internal sealed class EdgeAblation
{
    private readonly TransformerConfig _config;
    private readonly Func<HookPoint, Intervention> _ablation;
    private readonly ILookup<HookPoint, TransformerEdge> _byTarget;

    public EdgeAblation(TransformerConfig config, IReadOnlyCollection<TransformerEdge> edges, Func<HookPoint, Intervention> ablation)
    {
        (_config, _ablation) = (config, ablation);
        foreach (var edge in edges)
        {
            Check(edge);
        }
        _byTarget = edges.Distinct().ToLookup(edge => TargetPoint(edge.Target));
        Record = [.. edges.SelectMany(edge => SourcePoints(config, edge.Source)).Distinct()];
        Interventions = [.. _byTarget.Select(group => Intervention.Edit(group.Key, (activation, run) => Changed(group, activation, run)))];
    }

    /// <summary>The activations to record.</summary>
    public IReadOnlyList<HookPoint> Record { get; }

    /// <summary>The interventions on the targets.</summary>
    public IReadOnlyList<Intervention> Interventions { get; }

    /// <summary>The output activations of a source.</summary>
    public static IEnumerable<HookPoint> SourcePoints(TransformerConfig config, CircuitNode source) => source.Part switch
    {
        CircuitPart.Head => [new(HookKind.HeadResult, source.Layer)],
        CircuitPart.Mlp => [new(HookKind.MlpOutput, source.Layer)],
        _ when config.Positions == TransformerPositions.Learned => [new(HookKind.Embedding), new(HookKind.PositionEmbedding)],
        _ => [new(HookKind.Embedding)],
    };

    private HookPoint TargetPoint(CircuitNode target) => target.Part switch
    {
        CircuitPart.Query => new(HookKind.QueryInput, target.Layer),
        CircuitPart.Key => new(HookKind.KeyInput, target.Layer),
        CircuitPart.Value => new(HookKind.ValueInput, target.Layer),
        CircuitPart.Mlp => new(HookKind.MlpInput, target.Layer),
        _ => new(HookKind.ResidualPost, _config.Layers - 1),
    };

    private Tensor Changed(IGrouping<HookPoint, TransformerEdge> edges, Tensor activation, ActivationCache run)
    {
        var targets = edges.Key.HasHeads ? activation.shape[2] : 1;
        var split = edges.Key.HasHeads ? activation : activation.unsqueeze(2);
        foreach (var bySource in edges.GroupBy(edge => (edge.Source.Part, edge.Source.Layer)))
        {
            foreach (var point in SourcePoints(_config, bySource.First().Source))
            {
                var current = run[point];
                var change = _ablation(point).Apply(current, run).Minus(current);
                var perPart = point.HasHeads ? change : change.unsqueeze(2);
                split = split.Plus(einsum("btsd,gs->btgd", perPart, Marks(bySource, targets, perPart)));
            }
        }
        return edges.Key.HasHeads ? split : split.squeeze(2);
    }

    // 1 where the edge from source s to target g is removed, [g, s].
    private static Tensor Marks(IEnumerable<TransformerEdge> edges, long targets, Tensor sources)
    {
        var marks = new double[targets * sources.shape[2]];
        foreach (var edge in edges)
        {
            marks[(edge.Target.Index * sources.shape[2]) + edge.Source.Index] = 1;
        }
        return tensor(marks, [targets, sources.shape[2]], sources.dtype, sources.device);
    }

    private void Check(TransformerEdge edge)
    {
        foreach (var node in new[] { edge.Source, edge.Target })
        {
            var heads = node.Part switch
            {
                CircuitPart.Head or CircuitPart.Query => _config.Heads,
                CircuitPart.Key or CircuitPart.Value => _config.KeyHeads,
                CircuitPart.Mlp when !_config.HasMlp => 0,
                _ => 1,
            };
            if (node.Layer >= _config.Layers || node.Index >= heads)
            {
                throw new ArgumentException(
                    $"The edge {edge} is not of this transformer, which has {_config.Layers} layers of {_config.Heads} heads{(_config.HasMlp ? "" : " and no MLP")}.");
            }
        }
    }
}
