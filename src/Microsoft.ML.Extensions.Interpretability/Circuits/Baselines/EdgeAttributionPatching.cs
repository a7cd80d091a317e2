using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Scores all edges by one gradient: the difference of a source's output from that in a negative example, times the gradient at the
/// target's input (Syed et al. 2023, arXiv 2310.10348). A head's score is the sum over its outgoing edges.
/// </summary>
/// <remarks>
/// Gradients are those of the targets' value. A score is <c>mean over rows |sum over tokens|</c>.
/// </remarks>
public sealed class EdgeAttributionPatching : CircuitMethod
{
    private readonly AblationKind _kind;

    /// <param name="kind">The substitute of a source's output; the default is resampling, as in the paper.</param>
    public EdgeAttributionPatching(AblationKind kind = AblationKind.Resample) => _kind = kind;

    /// <inheritdoc/>
    public override string Name => $"Edge attribution patching, {_kind}";

    /// <inheritdoc/>
    public override CircuitScores Score(TransformerModel model, CircuitTask task, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        using var ablation = new Ablation(model, task, _kind, model.EdgeSources);
        var numbers = task.Targeted().ToDictionary(pair => pair.Example, pair => pair.Number);
        var examples = task.Targeted().Select(pair => pair.Example).ToArray();
        var edges = new EdgeAttribution(model, new TargetGradients(model, task.Metric)).Scores(
            examples, chunk => Written(model, ablation, chunk, [.. chunk.Select(example => numbers[example])]), cancellationToken);
        var heads = edges.Where(edge => edge.Key.Source.Part == CircuitPart.Head).GroupBy(edge => edge.Key.Source)
            .ToDictionary(group => group.Key, group => group.Sum(edge => edge.Value));
        return new CircuitScores(heads, edges);
    }

    private static WrittenParts Written(TransformerModel model, Ablation ablation, IReadOnlyList<CircuitExample> examples, int[] numbers)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        using var cache = model.Run(new TokenBatch(examples.Select(example => example.Tokens)), model.EdgeSources);
        using var substitutes = ablation.For(numbers);
        var nodes = new List<CircuitNode> { CircuitNode.Input };
        // Embeddings of tokens and of learned positions are one source.
        var input = model.EdgeSources.Where(point => !HookPoint.IsOfLayer(point.Kind))
            .Select(point => Ablation.Beyond(cache[point], point, substitutes))
            .Aggregate((sum, next) => sum.Plus(next));
        var parts = new List<Tensor> { input.unsqueeze(2) };
        foreach (var point in model.EdgeSources.Where(point => HookPoint.IsOfLayer(point.Kind)))
        {
            var beyond = Ablation.Beyond(cache[point], point, substitutes);
            nodes.AddRange(point.HasHeads ? Enumerable.Range(0, model.Config.Heads).Select(head => CircuitNode.Head(point.Layer, head))
                : [CircuitNode.Mlp(point.Layer)]);
            parts.Add(point.HasHeads ? beyond : beyond.unsqueeze(2));
        }
        return new WrittenParts(nodes, cat(parts, 2).MoveToOuterDisposeScope());
    }
}
