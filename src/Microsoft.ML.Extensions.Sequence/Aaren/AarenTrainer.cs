using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Trains a network of causal attention over sequences with a learned query, which can be computed step by step like a recurrent network
/// (Aaren).
/// </summary>
/// <remarks>
/// <para>Create it with <c>ml.MulticlassClassification.Trainers.Aaren</c>, <c>ml.BinaryClassification.Trainers.Aaren</c>,
/// <c>ml.Regression.Trainers.Aaren</c> or <c>ml.Forecasting.Trainers.Aaren</c>.</para>
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
/// <para>The output of a head with query q at step t is <c>o_t = sum over i to t of e^(s_i) v_i / sum over i to t of e^(s_i)</c>, where
/// <c>s_i = q . k_i / sqrt(W)</c>, and keys k and values v are linear in the steps. With m the largest score so far, both sums, scaled
/// by <c>e^-m</c>, follow from those of the previous step: constant memory and time per step. In training all steps are computed at
/// once.</para>
/// <para>Reference: Feng, Tung, Hajimirsadeghi, Ahmed, Bengio, Mori, "Attention as an RNN", 2024, arXiv 2405.13956, section 3.</para>
/// </remarks>
/// <inheritdoc cref="AarenCatalog.Aaren(MulticlassClassificationCatalog.MulticlassClassificationTrainers, AarenOptions)" path="/example"/>
/// <seealso href="../docs/Aaren.html">docs/Aaren.md</seealso>
[TrainerCatalog("The sequence.", nameof(AarenOptions.HiddenSize), nameof(AarenOptions.Layers), Forecasts = true)]
public sealed class AarenTrainer : SequenceTrainer<AarenOptions>
{
    internal AarenTrainer(IHostEnvironment env, TaskKind task, AarenOptions options)
        : base(env, task, Network, options, SequencePooling.Segments)
    {
    }

    /// <summary>The network.</summary>
    internal static NetworkKind Network { get; } = SequenceKind.Of<AarenOptions>(
        "Aaren", bidirectional: _ => false, AarenBlock.Create, (env, task, options) => new AarenTrainer(env, task, options),
        AarenBlock.CreateManaged);
}
