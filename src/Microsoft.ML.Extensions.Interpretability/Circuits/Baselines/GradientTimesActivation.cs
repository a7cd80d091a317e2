using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Head importance by one gradient: <c>mean over positive rows |sum over tokens z (dL/dz)|</c> of each head's output z and the targets'
/// value L (Michel et al. 2019, arXiv 1905.10650, there with the training loss).
/// </summary>
/// <remarks>Heads only. The gradient is a linear approximation: a head before a saturated attention seems to have no effect.</remarks>
public sealed class GradientTimesActivation : CircuitMethod
{
    /// <inheritdoc/>
    public override string Name => "Gradient x activation";

    /// <inheritdoc/>
    public override CircuitScores Score(TransformerModel model, CircuitTask task, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        var examples = task.Targeted().Select(pair => pair.Example).ToArray();
        using var activations = HeadActivations.Record(model, [.. examples.Select(example => example.Tokens)], cancellationToken);
        using var scope = NewDisposeScope();
        var after = new TargetGradients(model, task.Metric).AfterAttention(examples, cancellationToken);
        return new CircuitScores(HeadEffects.Of(model, activations, after.AtRow));
    }
}
