using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Trains a network of one layer of self-attention and one position-wise ReLU network over sequences.</summary>
/// <remarks>
/// <para>Create it with <c>ml.MulticlassClassification.Trainers.SingleLayerTransformer</c>,
/// <c>ml.BinaryClassification.Trainers.SingleLayerTransformer</c>, <c>ml.Regression.Trainers.SingleLayerTransformer</c> or
/// <c>ml.Forecasting.Trainers.SingleLayerTransformer</c>.</para>
/// <list type="table">
/// <item><term>Machine learning task</term><description>Multiclass classification, binary classification, regression, forecasting</description></item>
/// <item><term>Input</term><description>A vector of Single (a series of n steps), <c>[T, C]</c> Single (time first; T = 0 where rows
/// differ in length), or a vector of keys (tokens).</description></item>
/// <item><term>Label</term><description>Key (multiclass), Boolean (binary), Single (regression), a vector of Single
/// <c>[H]</c> or <c>[H, K]</c> (forecasting).</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c>, <c>Score</c>; <c>Probability</c> (binary); <c>Quantiles</c> (forecasting,
/// if requested).</description></item>
/// <item><term>Is normalization required?</term><description>No: channels are standardised inside.</description></item>
/// <item><term>Is caching required?</term><description>No: rows are read once.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.Extensions.Sequence, and TorchSharp-cpu or
/// TorchSharp-cuda-* of version 0.107</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes</description></item>
/// </list>
/// <para>With the steps X <c>[T, D]</c>, head h computes <c>softmax(X Q_h (X K_h)^T / sqrt(W)) X V_h</c>; the heads' outputs, concatenated
/// and passed through a linear layer, are added to X, and then <c>F ReLU(E x + b) + c</c> to each step x of the sum. Time grows with the
/// square of T, memory with T. <see cref="TransformerApproximator"/> shows which functions such a network can approximate.</para>
/// <para>References: Gumaan, "Universal Approximation Theorem for a Single-Layer Transformer", 2025, arXiv 2507.10581 (not reviewed);
/// Vaswani et al., "Attention Is All You Need", 2017, arXiv 1706.03762.</para>
/// </remarks>
/// <inheritdoc cref="SingleLayerTransformerCatalog.SingleLayerTransformer(MulticlassClassificationCatalog.MulticlassClassificationTrainers, SingleLayerTransformerOptions)" path="/example"/>
/// <seealso href="../docs/SingleLayerTransformer.html">docs/SingleLayerTransformer.md</seealso>
[TrainerCatalog("The sequence.", nameof(SingleLayerTransformerOptions.HiddenSize), Forecasts = true)]
public sealed class SingleLayerTransformerTrainer : SequenceTrainer<SingleLayerTransformerOptions>
{
    internal SingleLayerTransformerTrainer(IHostEnvironment env, TaskKind task, SingleLayerTransformerOptions options)
        : base(env, task, Network, options, SequencePooling.Segments)
    {
    }

    /// <summary>The network.</summary>
    internal static NetworkKind Network { get; } = SequenceKind.Of<SingleLayerTransformerOptions>(
        "SingleLayerTransformer", options => !options.Causal, (options, _, randomness, generator) =>
            SingleLayerTransformerBlock.Create(options, randomness, generator),
        (env, task, options) => new SingleLayerTransformerTrainer(env, task, options),
        (options, _, parts) => SingleLayerTransformerBlock.CreateManaged(options, parts));
}
