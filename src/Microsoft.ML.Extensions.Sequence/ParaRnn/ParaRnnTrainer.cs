using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Trains a nonlinear recurrent network over sequences, with cells whose recurrent weights are diagonal (ParaRNN).</summary>
/// <remarks>
/// <para>Create it with <c>ml.MulticlassClassification.Trainers.ParaRnn</c>, <c>ml.BinaryClassification.Trainers.ParaRnn</c>,
/// <c>ml.Regression.Trainers.ParaRnn</c> or <c>ml.Forecasting.Trainers.ParaRnn</c>.</para>
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
/// <para>ParaGRU, per channel, with inputs <c>B x + b</c> and recurrent weights <c>a</c>:
/// <c>z = sigmoid(a_z h + B_z x + b_z)</c>, <c>r = sigmoid(a_r h + B_r x + b_r)</c>, <c>n = tanh(a_h (h r) + B_h x + b_h)</c>,
/// <c>h' = (1 - z) h + z n</c>. ParaLSTM couples the input gate to the forget gate and adds diagonal peepholes. Since no channel depends
/// on another's state, every row and channel is a separate recurrence; the fused kernel runs them in parallel SIMD lanes.</para>
/// <para>Reference: Danieli, Rodriguez, Sarabia, Suau, Zappella, "ParaRNN", 2025, arXiv 2510.21450, cells and backbone block.</para>
/// </remarks>
/// <inheritdoc cref="ParaRnnCatalog.ParaRnn(MulticlassClassificationCatalog.MulticlassClassificationTrainers, ParaRnnOptions)" path="/example"/>
/// <seealso href="../docs/ParaRnn.html">docs/ParaRnn.md</seealso>
[TrainerCatalog("The sequence.", nameof(ParaRnnOptions.HiddenSize), nameof(ParaRnnOptions.Layers), Forecasts = true)]
public sealed class ParaRnnTrainer : SequenceTrainer<ParaRnnOptions>
{
    internal ParaRnnTrainer(IHostEnvironment env, TaskKind task, ParaRnnOptions options)
        : base(env, task, Network, options)
    {
    }

    /// <summary>The network.</summary>
    internal static NetworkKind Network { get; } = SequenceKind.Of<ParaRnnOptions>(
        "ParaRnn", options => options.Bidirectional, (options, _, randomness, generator) =>
            ParaRnnCells.Block(options, randomness, generator), (env, task, options) => new ParaRnnTrainer(env, task, options),
        (options, _, parts) => ParaRnnCells.ManagedBlock(options, parts));
}
