using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The effects of heads and edges on the targets, including the part that codes do not represent: the coded part of a head's output and the
/// error term (Marks et al. 2024, arXiv 2403.19647) together are the output minus its mean.
/// </summary>
/// <remarks>
/// The coded part alone misses heads that share a function, since the penalty shrinks small parts of a layer's outputs to zero. The output
/// minus its mean misses a constant output of a head, which matters under zero ablation. So a head's score is
/// the mean of two effects: of its output minus the mean, and of the whole output at the row.
/// </remarks>
internal sealed class CodedAttribution(TransformerModel model, HeadMeans means, BaselineMeans baseline)
{
    // Below this an effect is rounding error of the other: no head varies, or the targets are certain at every row.
    private const double Negligible = 1e-6;

    private readonly TransformerConfig _config = model.Config;

    /// <summary>The output activations of sources other than heads.</summary>
    public static HookPoint[] Sources(TransformerConfig config) =>
        [new(HookKind.Embedding), .. config.HasMlp ? HookPoint.OfEachLayer(HookKind.MlpOutput, config) : []];

    /// <summary>Heads' scores, in the targets' units.</summary>
    /// <param name="activations">The heads' outputs in the rows.</param>
    /// <param name="gradients">The gradients after each layer's attention.</param>
    public Dictionary<CircuitNode, double> Heads(HeadActivations activations, AttentionGradients gradients)
    {
        using var scope = NewDisposeScope();
        // Gradients on the path see through saturation at the row; gradients at the row are right for rows far from all others.
        var both = gradients.OnTheWay.Zip(gradients.AtRow, (way, row) => way.Plus(row).mul_(Numbers.Half)).ToArray();
        return Balanced(HeadEffects.Of(model, activations, both, means), HeadEffects.Of(model, activations, gradients.AtRow));
    }

    /// <summary>The output of each source minus its baseline.</summary>
    public WrittenParts Written(IReadOnlyList<CircuitExample> examples)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var batch = new TokenBatch(examples.Select(example => example.Tokens));
        var points = Sources(_config);
        var heads = HookPoint.OfEachLayer(HookKind.HeadOutput, _config);
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
            var beyond = means.Beyond(point.Layer, cache[point].flatten(0, 1), places);
            var perHead = model.Use(weights => weights.Layers[point.Layer].Output.unflatten(1, [_config.Heads, _config.HeadWidth]));
            parts.Add(einsum("nhw,dhw->nhd", beyond, perHead).unflatten(0, [batch.Rows, batch.Steps]));
        }
        return new WrittenParts(nodes, cat(parts, 2).MoveToOuterDisposeScope());
    }

    // The mean of both, the second scaled so that the best heads of both are equal, since gradients on the path and at the row differ in
    // size.
    private static Dictionary<CircuitNode, double> Balanced(Dictionary<CircuitNode, double> first, Dictionary<CircuitNode, double> second)
    {
        var (most, other) = (first.Values.Max(), second.Values.Max());
        return most <= Negligible * other ? second
            : other <= Negligible * most ? first
            : first.ToDictionary(head => head.Key, head => (head.Value + (second[head.Key] * most / other)) / 2);
    }
}
