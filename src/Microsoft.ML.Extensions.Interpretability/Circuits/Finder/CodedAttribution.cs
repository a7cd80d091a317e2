using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// What each head's coded output does to the targets: <c>mean over rows |sum over tokens a (V^T g)|</c>, a the head's features beyond their rest,
/// V the features' directions, g the gradients; and of each edge the same with the gradients at what the target reads.
/// </summary>
internal sealed class CodedAttribution(TransformerModel model, HeadCoder coder, TargetGradients gradients, BaselineMeans baseline)
{
    private readonly TransformerConfig _config = model.Config;

    /// <summary>The activations that sources other than heads write with.</summary>
    public static HookPoint[] Sources(TransformerConfig config) =>
        [new(HookKind.Embedding), .. config.HasMlp ? Enumerable.Range(0, config.Layers).Select(layer => new HookPoint(HookKind.MlpOutput, layer)) : []];

    /// <summary>The sums over rows of heads' scores, <c>[layers * heads]</c>, from gradients behind each layer's attention that were computed before.</summary>
    /// <param name="activations">What the heads said in the rows.</param>
    /// <param name="behind">For each layer <c>[N, D]</c>.</param>
    public double[] Heads(HeadActivations activations, Tensor[] behind)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var rows = tensor(Array.ConvertAll(activations.Rows, row => (long)row), device: model.Device);
        var scores = new List<double>();
        for (var layer = 0; layer < _config.Layers; layer++)
        {
            var coded = coder.Deviations(layer, activations[layer], activations.Places);
            var effects = einsum("nhf,nf->nh", coded, behind[layer].mm(coder.Directions(layer)));
            var perRow = zeros([activations.RowCount, _config.Heads], effects.dtype, effects.device).index_add_(0, rows, effects, Numbers.One);
            scores.AddRange(perRow.abs().mean([0]).to_type(ScalarType.Float64).cpu().contiguous().AsDoubles().ToArray());
        }
        return [.. scores];
    }

    /// <summary>The sums over a batch of examples of edges' scores.</summary>
    public void AddEdges(IReadOnlyList<CircuitExample> examples, IDictionary<CircuitEdge, double> sums)
    {
        using var scope = NewDisposeScope();
        var points = TargetPoints().ToArray();
        var atTargets = gradients.At(examples, [.. points.Select(target => target.Point)]);
        using var grad = no_grad();
        var (sources, written) = Written(new TokenBatch(examples.Select(example => example.Tokens)));
        foreach (var group in points.Zip(atTargets).GroupBy(pair => (pair.First.Part, pair.First.Layer)))
        {
            // A head reads by query, key and value at once.
            var read = group.Select(pair => ByTarget(pair.Second)).Aggregate((sum, next) => sum.Plus(next));
            var effects = einsum("btsd,btgd->bsg", written, read).abs().sum([0]).to_type(ScalarType.Float64).cpu().contiguous().AsDoubles().ToArray();
            var targets = (int)read.shape[2];
            for (var source = 0; source < sources.Count; source++)
            {
                for (var target = 0; target < targets; target++)
                {
                    var edge = new CircuitEdge(sources[source], Target(group.Key.Part, group.Key.Layer, target));
                    if (sums.TryGetValue(edge, out var sum))
                    {
                        sums[edge] = sum + effects[(source * targets) + target];
                    }
                }
            }
        }
    }

    private IEnumerable<(CircuitPart Part, int Layer, HookPoint Point)> TargetPoints()
    {
        for (var layer = 0; layer < _config.Layers; layer++)
        {
            yield return (CircuitPart.Head, layer, new HookPoint(HookKind.QueryInput, layer));
            yield return (CircuitPart.Head, layer, new HookPoint(HookKind.KeyInput, layer));
            yield return (CircuitPart.Head, layer, new HookPoint(HookKind.ValueInput, layer));
            if (_config.HasMlp)
            {
                yield return (CircuitPart.Mlp, layer, new HookPoint(HookKind.MlpInput, layer));
            }
        }
        yield return (CircuitPart.Output, 0, new HookPoint(HookKind.ResidualPost, _config.Layers - 1));
    }

    private static CircuitNode Target(CircuitPart part, int layer, int index) => part switch
    {
        CircuitPart.Head => CircuitNode.Head(layer, index),
        CircuitPart.Mlp => CircuitNode.Mlp(layer),
        _ => CircuitNode.Output,
    };

    // [B, T, D] or [B, T, heads, D] -> [B, T, targets, D]; heads that share keys and values each read them.
    private Tensor ByTarget(Tensor gradient) => gradient.dim() == 3 ? gradient.unsqueeze(2)
        : gradient.shape[2] == _config.Heads ? gradient
        : gradient.repeat_interleave(_config.Heads / _config.KeyHeads, 2);

    // What each source wrote beyond its baseline, heads as far as it is coded, [B, T, sources, D]; padding is zero.
    private (List<CircuitNode> Sources, Tensor Written) Written(TokenBatch batch)
    {
        var points = Sources(_config);
        var heads = Enumerable.Range(0, _config.Layers).Select(layer => new HookPoint(HookKind.HeadOutput, layer)).ToArray();
        using var cache = model.Run(batch, [.. points, .. heads]);
        var nodes = new List<CircuitNode>();
        var parts = new List<Tensor>();
        foreach (var point in points)
        {
            nodes.Add(point.Kind == HookKind.Embedding ? CircuitNode.Input : CircuitNode.Mlp(point.Layer));
            parts.Add(cache[point].Minus(baseline[point, batch.Steps]).unsqueeze(2));
        }
        var places = Enumerable.Range(0, batch.Rows).SelectMany(_ => Enumerable.Range(0, batch.Steps)).ToArray();
        foreach (var point in heads)
        {
            nodes.AddRange(Enumerable.Range(0, _config.Heads).Select(head => CircuitNode.Head(point.Layer, head)));
            var coded = coder.Deviations(point.Layer, cache[point].flatten(0, 1), places);
            parts.Add(matmul(coded, coder.Directions(point.Layer).t()).unflatten(0, [batch.Rows, batch.Steps]));
        }
        var padding = ones([batch.Rows * batch.Steps], ScalarType.Bool, model.Device);
        padding.index_fill_(0, tensor(HeadActivations.KeptTokens(batch), device: model.Device), Numbers.Zero);
        return (nodes, cat(parts, 2).masked_fill_(padding.view(batch.Rows, batch.Steps, 1, 1), Numbers.Zero));
    }
}
