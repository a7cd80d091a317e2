using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Trains a network of linear state-space layers over sequences, up to very long ones (LSSL).</summary>
/// <remarks>
/// <para>Create it with <c>ml.MulticlassClassification.Trainers.Lssl</c>, <c>ml.BinaryClassification.Trainers.Lssl</c>,
/// <c>ml.Regression.Trainers.Lssl</c> or <c>ml.Forecasting.Trainers.Lssl</c>.</para>
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
/// <para>Each feature is a system <c>x' = A x + B u</c>, <c>y = C x + D u</c> with a state of N numbers and a time step of its own.
/// Training and scoring of whole rows convolve with its kernel <c>C Abar^l Bbar</c> by Fourier transform, streaming goes step by step; a
/// model scores data of another sampling rate after <see cref="LsslExtensions.WithSamplingRate(NetworkTransformer, double)"/>.</para>
/// <para>Reference: Gu, Johnson, Goel, Saab, Dao, Rudra, Re, "Combining Recurrent, Convolutional, and Continuous-time Models with Linear
/// State-Space Layers", 2021, arXiv 2110.13985. Diagonal state matrices: Gu, Gupta, Goel, Re 2022, arXiv 2206.11893.</para>
/// </remarks>
/// <inheritdoc cref="LsslCatalog.Lssl(MulticlassClassificationCatalog.MulticlassClassificationTrainers, LsslOptions)" path="/example"/>
/// <seealso href="../docs/Lssl.html">docs/Lssl.md</seealso>
[TrainerCatalog("The sequence.", nameof(LsslOptions.HiddenSize), nameof(LsslOptions.Layers), Forecasts = true)]
public sealed class LsslTrainer : SequenceTrainer<LsslOptions>
{
    internal LsslTrainer(IHostEnvironment env, TaskKind task, LsslOptions options)
        : base(env, task, Network, options)
    {
    }

    /// <summary>The network.</summary>
    internal static NetworkKind Network { get; } = SequenceKind.Of<LsslOptions>(
        "Lssl", options => options.Bidirectional, (options, _, randomness, generator) => new LsslBlock(options, randomness, generator),
        (env, task, options) => new LsslTrainer(env, task, options),
        (options, _, parts) => new ManagedLsslBlock(options, parts));

    private protected override string? ReasonToStayAlone(TrainingContext context) =>
        Options.ConvolutionWidth == 0 ? "the network can follow another sampling rate, and with a base it could not"
            : base.ReasonToStayAlone(context);
}
