using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The effect of each edge on the targets to first order (edge attribution patching: Syed et al. 2023, arXiv 2310.10348):
/// <c>mean over rows |sum over tokens c g|</c>, with c the source's output minus its substitute, and g the gradients at the target's input.
/// </summary>
/// <remarks>
/// A head reads by query, key and value at once, and so their gradients are added. All edges into a layer are one product.
/// </remarks>
internal sealed class EdgeAttribution(TransformerModel model, TargetGradients gradients)
{
    // The inputs of queries, keys and values are computed for each head, and kept for the gradients.
    private const int RowsAtOnce = 4;

    private readonly TransformerConfig _config = model.Config;

    /// <summary>Scores of all edges from the sources' outputs.</summary>
    /// <param name="examples">Examples with targets.</param>
    /// <param name="written">The sources' outputs in a batch minus their substitutes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Dictionary<CircuitEdge, double> Scores(
        IReadOnlyList<CircuitExample> examples, Func<IReadOnlyList<CircuitExample>, WrittenParts> written,
            CancellationToken cancellationToken)
    {
        var sums = CircuitEdge.All(_config).ToDictionary(edge => edge, _ => 0.0);
        foreach (var chunk in examples.Chunk(RowsAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Add(chunk, written(chunk), sums);
        }
        return sums.ToDictionary(pair => pair.Key, pair => pair.Value / examples.Count);
    }

    private void Add(CircuitExample[] examples, WrittenParts written, Dictionary<CircuitEdge, double> sums)
    {
        var points = TargetPoints().ToArray();
        var atTargets = gradients.At(examples, [.. points.Select(target => target.Point)]);
        using var grad = no_grad();
        var values = WithoutPadding(written.Values, new TokenBatch(examples.Select(example => example.Tokens)));
        foreach (var group in points.Zip(atTargets).GroupBy(pair => (pair.First.Part, pair.First.Layer)))
        {
            var read = group.Select(pair => ByTarget(pair.Second)).Aggregate((sum, next) => sum.Plus(next));
            var effects = einsum("btsd,btgd->bsg", values, read).abs().sum([0]).to_type(ScalarType.Float64).cpu().contiguous().AsDoubles()
                .ToArray();
            var targets = (int)read.shape[2];
            for (var source = 0; source < written.Sources.Count; source++)
            {
                for (var target = 0; target < targets; target++)
                {
                    var edge = new CircuitEdge(written.Sources[source], Target(group.Key.Part, group.Key.Layer, target));
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

    private static Tensor WithoutPadding(Tensor values, TokenBatch batch)
    {
        var padding = ones([batch.Rows * batch.Steps], ScalarType.Bool, values.device);
        padding.index_fill_(0, tensor(HeadActivations.KeptTokens(batch), device: values.device), Numbers.Zero);
        return values.masked_fill(padding.view(batch.Rows, batch.Steps, 1, 1), Numbers.Zero);
    }
}
