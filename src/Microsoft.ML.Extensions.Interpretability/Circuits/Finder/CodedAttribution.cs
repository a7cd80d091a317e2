using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// What heads and edges do to the targets, as far as codes tell and as far as they do not: the coded part of a head's output and the error term
/// (Marks et al. 2024, arXiv 2403.19647) are together all that the output is beyond its mean.
/// </summary>
/// <remarks>
/// The coded part alone loses heads that share a job, since the penalty shrinks what is small among a layer's outputs to nothing. What is beyond
/// a mean in turn loses what a head says in every row, which matters where nothing stands for a head that is taken away. So a head's score is
/// the mean of two effects: of what its output is beyond its mean, and of the whole output at the row.
/// </remarks>
internal sealed class CodedAttribution(TransformerModel model, HeadMeans means, BaselineMeans baseline)
{
    // Below it an effect is rounding of the other: no head varies, or the targets are certain at every row.
    private const double Negligible = 1e-6;

    private readonly TransformerConfig _config = model.Config;

    /// <summary>The activations that sources other than heads write with.</summary>
    public static HookPoint[] Sources(TransformerConfig config) =>
        [new(HookKind.Embedding), .. config.HasMlp ? HookPoint.OfEachLayer(HookKind.MlpOutput, config) : []];

    /// <summary>Heads' scores, in the targets' units.</summary>
    /// <param name="activations">What the heads said in the rows.</param>
    /// <param name="gradients">The gradients after each layer's attention.</param>
    public Dictionary<CircuitNode, double> Heads(HeadActivations activations, AttentionGradients gradients)
    {
        using var scope = NewDisposeScope();
        // A gradient on the way knows what is saturated at the row, and one at the row what is far from every other row.
        var both = gradients.OnTheWay.Zip(gradients.AtRow, (way, row) => way.Plus(row).mul_(Numbers.Half)).ToArray();
        return Balanced(HeadEffects.Of(model, activations, both, means), HeadEffects.Of(model, activations, gradients.AtRow));
    }

    /// <summary>What each source wrote beyond its baseline.</summary>
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

    // The mean of both, the second scaled so that the best heads of both weigh as much; gradients on the way and at the row differ in size.
    private static Dictionary<CircuitNode, double> Balanced(Dictionary<CircuitNode, double> first, Dictionary<CircuitNode, double> second)
    {
        var (most, other) = (first.Values.Max(), second.Values.Max());
        return most <= Negligible * other ? second
            : other <= Negligible * most ? first
            : first.ToDictionary(head => head.Key, head => (head.Value + (second[head.Key] * most / other)) / 2);
    }
}
