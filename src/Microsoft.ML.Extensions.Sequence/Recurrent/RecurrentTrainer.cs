using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Trains a recurrent network over sequences whose cells have full matrices: Elman, Jordan, LSTM or GRU.</summary>
/// <remarks>
/// <para>Create it with <c>ml.MulticlassClassification.Trainers.Recurrent</c>, <c>ml.BinaryClassification.Trainers.Recurrent</c>,
/// <c>ml.Regression.Trainers.Recurrent</c> or <c>ml.Forecasting.Trainers.Recurrent</c>.</para>
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
/// <para>The equations of the cells are at <see cref="RecurrentCell"/>. Layers may be stacked, run in both directions, truncate gradients
/// after some steps (<see cref="RecurrentOptions.TruncationLength"/>), or take their connections from a random graph
/// (<see cref="RecurrentOptions.Structure"/>).</para>
/// <para>References: Lipton, Berkowitz, Elkan, "A Critical Review of Recurrent Neural Networks for Sequence Learning", 2015,
/// arXiv 1506.00019; Darji, "Investigating Sparsity in Recurrent Neural Networks", 2021, arXiv 2407.20601.</para>
/// </remarks>
/// <inheritdoc cref="RecurrentCatalog.Recurrent(MulticlassClassificationCatalog.MulticlassClassificationTrainers, RecurrentOptions)" path="/example"/>
/// <seealso href="../docs/Recurrent.html">docs/Recurrent.md</seealso>
[TrainerCatalog("The sequence.", nameof(RecurrentOptions.HiddenSize), nameof(RecurrentOptions.Layers), Forecasts = true)]
public sealed class RecurrentTrainer : SequenceTrainer<RecurrentOptions>
{
    internal RecurrentTrainer(IHostEnvironment env, TaskKind task, RecurrentOptions options)
        : base(env, task, Network, options)
    {
    }

    /// <summary>The network.</summary>
    internal static NetworkKind Network { get; } = SequenceKind.Of<RecurrentOptions>(
        "Recurrent", options => options.Bidirectional, RecurrentBlock.Create,
        (env, task, options) => new RecurrentTrainer(env, task, options), RecurrentBlock.CreateManaged, FewerChannels.Of);
}
