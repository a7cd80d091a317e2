using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// Trains a fully connected, convolutional or residual network of any depth, initialised at criticality, with learning rates that balance
/// the layers.
/// </summary>
/// <remarks>
/// <para>Create it with <c>ml.MulticlassClassification.Trainers.DeepNetwork</c>, <c>ml.BinaryClassification.Trainers.DeepNetwork</c> or
/// <c>ml.Regression.Trainers.DeepNetwork</c>; <c>ml.Model.AdviseArchitecture</c> recommends depth and width.</para>
/// <list type="table">
/// <item><term>Machine learning task</term><description>Multiclass classification, binary classification, regression</description></item>
/// <item><term>Input</term><description>A vector of Single of one length in all rows; <c>[T, C]</c> and images <c>[T, C, H, W]</c> are
/// taken as vectors. An image <c>[C, H, W]</c>, which convolutions need.</description></item>
/// <item><term>Label</term><description>Key (multiclass), Boolean (binary), Single (regression).</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c>, <c>Score</c>; <c>Probability</c> (binary).</description></item>
/// <item><term>Is normalization required?</term><description>No: numbers, or colours, are standardised inside.</description></item>
/// <item><term>Is caching required?</term><description>No: rows are read once.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.Extensions.Kernels, and TorchSharp-cpu or
/// TorchSharp-cuda-* of version 0.107</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes</description></item>
/// </list>
/// <para>Reference: Roberts, Yaida, Hanin, "The Principles of Deep Learning Theory", 2022, arXiv 2106.10165. Convolutions
/// use C_W relative to the numbers that a kernel reads, after Xiao et al. 2018, arXiv 1806.05393; at the borders, which are padded with
/// zeros, the variance is lower. The theory does not cover pooling and norms.</para>
/// </remarks>
/// <inheritdoc cref="DeepNetworkCatalog.DeepNetwork(MulticlassClassificationCatalog.MulticlassClassificationTrainers, DeepNetworkOptions)" path="/example"/>
/// <seealso href="../docs/DeepNetwork.html">docs/DeepNetwork.md</seealso>
[TrainerCatalog("The vectors or images.", nameof(DeepNetworkOptions.Depth), nameof(DeepNetworkOptions.Width),
    ExampleShape = "20")]
public sealed class DeepNetworkTrainer : NetworkTrainer<DeepNetworkOptions>
{
    internal DeepNetworkTrainer(IHostEnvironment env, TaskKind task, DeepNetworkOptions options)
        : base(env, task, Network, options)
    {
    }

    /// <summary>The network.</summary>
    internal static NetworkKind Network { get; } = KernelKind.Of<DeepNetworkOptions>(
        "DeepNetwork", (options, input, outputs, generator) => new DeepNetwork(options, input, outputs, generator),
        (env, task, options) => new DeepNetworkTrainer(env, task, options),
        (options, input, outputs, _, parts) => new ManagedDeepNetwork(options, input, outputs, parts), FewerDeepNeurons.Of);
}
