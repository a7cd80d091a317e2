using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Gradients of the targets with respect to activations, averaged along the straight path from mean embeddings to the row's own (integrated
/// gradients: Sundararajan et al. 2017, arXiv 1703.01365; between the inputs of a circuit: Hanna et al. 2024, arXiv 2403.17806).
/// </summary>
/// <remarks>
/// With one step, which needs no mean, the gradients are those at the row itself. A saturated attention has no gradient there, and its
/// inputs seem to have no effect; along the path it has one.
/// </remarks>
internal sealed class TargetGradients(TransformerModel model, CircuitMetric metric, int steps = 1, BaselineMeans? baseline = null)
{
    private const int RowsAtOnce = 16;

    private static readonly HookPoint Embedding = new(HookKind.Embedding);

    /// <summary>The gradients after each layer's attention: the first-order effect of anything that a head writes there.</summary>
    public AttentionGradients AfterAttention(IReadOnlyList<CircuitExample> examples, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var points = HookPoint.OfEachLayer(HookKind.AttentionOutput, model.Config);
        var (onTheWay, atRow) = (points.Select(_ => new List<Tensor>()).ToArray(), points.Select(_ => new List<Tensor>()).ToArray());
        foreach (var chunk in examples.Chunk(RowsAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var kept = tensor(HeadActivations.KeptTokens(new TokenBatch(chunk.Select(example => example.Tokens))), device: model.Device);
            var (means, last) = Along(chunk, points);
            for (var i = 0; i < points.Length; i++)
            {
                onTheWay[i].Add(means[i].flatten(0, 1).index_select(0, kept));
                atRow[i].Add(last[i].flatten(0, 1).index_select(0, kept));
            }
        }
        Tensor[] Joined(List<Tensor>[] parts) => [.. parts.Select(part => cat(part).MoveToOuterDisposeScope())];
        return new AttentionGradients(Joined(onTheWay), Joined(atRow));
    }

    /// <summary>The gradients at activations of a batch of examples.</summary>
    /// <param name="examples">The examples, one or more of which have targets.</param>
    /// <param name="points">The activations.</param>
    /// <returns>A tensor for each, of its shape.</returns>
    public Tensor[] At(IReadOnlyList<CircuitExample> examples, IReadOnlyList<HookPoint> points)
    {
        using var scope = NewDisposeScope();
        return [.. Along(examples, points).OnTheWay.Select(mean => mean.MoveToOuterDisposeScope())];
    }

    // The last point of the path is the row itself.
    private (Tensor[] OnTheWay, Tensor[] AtRow) Along(IReadOnlyList<CircuitExample> examples, IReadOnlyList<HookPoint> points)
    {
        using var scope = NewDisposeScope();
        var batch = new TokenBatch(examples.Select(example => example.Tokens));
        var readout = new TargetReadout(examples, batch, metric, model.Config.Logits);
        var mean = baseline?[Embedding, batch.Steps];
        using Scalar share = 1.0 / steps;
        var sums = new Tensor[points.Count];
        var last = new Tensor[points.Count];
        for (var step = 1; step <= steps; step++)
        {
            using var inner = NewDisposeScope();
            using Scalar way = step / (double)steps;
            var moved = Intervention.Edit(Embedding, embedding => step == steps ? embedding : mean!.Plus(embedding.Minus(mean!).mul(way)));
            using var cache = model.Run(batch, [.. points, readout.Point], [moved], gradients: true);
            var value = readout.Values(cache[readout.Point]).sum();
            var inputs = points.Select(point => cache[point]).ToArray();
            var gradients = value.Gradients(inputs);
            for (var i = 0; i < sums.Length; i++)
            {
                last[i] = gradients[i] ?? zeros_like(inputs[i]);
                var part = last[i].mul(share);
                if (step == 1)
                {
                    sums[i] = part.MoveToOuterDisposeScope();
                }
                else
                {
                    sums[i].add_(part, Numbers.One);
                }
                if (step == steps)
                {
                    last[i].MoveToOuterDisposeScope();
                }
            }
        }
        return ([.. sums.Select(sum => sum.MoveToOuterDisposeScope())], [.. last.Select(gradient => gradient.MoveToOuterDisposeScope())]);
    }
}
