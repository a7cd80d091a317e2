using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Trains a long-term recurrent convolutional network: a convolutional network for each frame, and an LSTM over the frames (LRCN).
/// </summary>
/// <remarks>
/// <para>Create it with <c>ml.MulticlassClassification.Trainers.Lrcn</c>, <c>ml.BinaryClassification.Trainers.Lrcn</c>,
/// <c>ml.Regression.Trainers.Lrcn</c> or <c>ml.Forecasting.Trainers.Lrcn</c>.</para>
/// <list type="table">
/// <item><term>Machine learning task</term><description>Multiclass classification, binary classification, regression, forecasting</description></item>
/// <item><term>Input</term><description>Frames <c>[T, C, H, W]</c> Single (T = 0 where rows differ in length), one image <c>[C, H, W]</c>,
/// or features of frames <c>[T, C]</c>. <c>ml.Transforms.Sequences.LoadFrames</c> reads frames from image files.</description></item>
/// <item><term>Label</term><description>Key (multiclass), Boolean (binary), Single (regression), a vector of Single
/// <c>[H]</c> or <c>[H, K]</c> (forecasting).</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c>, <c>Score</c>; <c>Probability</c> (binary); <c>Quantiles</c> (forecasting,
/// if requested).</description></item>
/// <item><term>Is normalization required?</term><description>No: colours are standardised inside.</description></item>
/// <item><term>Is caching required?</term><description>No: rows are read once.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.Extensions.Sequence, and TorchSharp-cpu or
/// TorchSharp-cuda-* of version 0.107</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes</description></item>
/// </list>
/// <para>A row with more frames than a clip is split into clips; its probabilities are the mean over steps and clips.</para>
/// <para>Reference: Donahue, Hendricks, Rohrbach, Venugopalan, Guadarrama, Saenko, Darrell, "Long-term recurrent convolutional networks for
/// visual recognition and description", 2015, arXiv 1411.4389, section 4.</para>
/// </remarks>
/// <inheritdoc cref="LrcnCatalog.Lrcn(MulticlassClassificationCatalog.MulticlassClassificationTrainers, LrcnOptions)" path="/example"/>
/// <seealso href="../docs/Lrcn.html">docs/Lrcn.md</seealso>
[TrainerCatalog("The frames.", nameof(LrcnOptions.HiddenSize), nameof(LrcnOptions.Layers), Forecasts = true, ExampleShape = "4, 1, 16, 16")]
public sealed class LrcnTrainer : NetworkTrainer<LrcnOptions>
{
    internal LrcnTrainer(IHostEnvironment env, TaskKind task, LrcnOptions options)
        : base(env, task, Network, options)
    {
    }

    /// <summary>The network.</summary>
    internal static NetworkKind Network { get; } = new NetworkKind<LrcnOptions>(
        "Lrcn", SequenceKind.File, (options, input, outputs, head, generator) => new LrcnNetwork(options, input, outputs, head, generator))
    {
        Managed = (options, input, outputs, head, parts) => new ManagedLrcn(options, input, outputs, head, parts),
        TakesTokens = false,
        CreateTrainer = (env, task, options) => new LrcnTrainer(env, task, options),
    };
}
