using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Solves for a neural network of infinite width and any depth: kernel ridge regression with the neural tangent kernel.</summary>
/// <remarks>
/// <para>Create it with <c>ml.MulticlassClassification.Trainers.NeuralTangentKernel</c>,
/// <c>ml.BinaryClassification.Trainers.NeuralTangentKernel</c> or <c>ml.Regression.Trainers.NeuralTangentKernel</c>.</para>
/// <list type="table">
/// <item><term>Machine learning task</term><description>Multiclass classification, binary classification, regression</description></item>
/// <item><term>Input</term><description>Vectors of Single of one length; matrices and images are taken as vectors.</description></item>
/// <item><term>Label</term><description>Key (multiclass), Boolean (binary), Single (regression).</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c>, <c>Score</c>; <c>Probability</c> (binary).</description></item>
/// <item><term>Is normalization required?</term><description>No: features are scaled inside.</description></item>
/// <item><term>Is caching required?</term><description>No: rows are read once.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.Extensions.Kernels, and TorchSharp-cpu or
/// TorchSharp-cuda-* of version 0.107</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes, for a finite depth</description></item>
/// </list>
/// <para>Memory and time: the training rows are kept, n^2 doubles while fitting exactly; a row to be scored is compared with all of them.
/// There are no epochs; only choices among many rows are random.</para>
/// <para>References: Jacot, Gabriel, Hongler, "Neural Tangent Kernel", 2018, arXiv 1806.07572; Arora, Du, Li, Salakhutdinov, Wang, Yu,
/// "Harnessing the Power of Infinitely Wide Deep Nets on Small-data Tasks", 2019, arXiv 1910.01663; infinite depth: Radhakrishnan, Belkin,
/// Uhler, "Wide and Deep Neural Networks Achieve Optimality for Classification", 2022, arXiv 2204.14126.</para>
/// </remarks>
/// <inheritdoc cref="NeuralTangentKernelCatalog.NeuralTangentKernel(MulticlassClassificationCatalog.MulticlassClassificationTrainers, NeuralTangentKernelOptions)" path="/example"/>
/// <seealso href="../docs/NeuralTangentKernel.html">docs/NeuralTangentKernel.md</seealso>
[TrainerCatalog("The features, vectors of one length.", nameof(NeuralTangentKernelOptions.Depth), nameof(NeuralTangentKernelOptions.Ridge),
    ExampleShape = "20")]
public sealed class NeuralTangentKernelTrainer : Trainer<NeuralTangentKernelOptions>
{
    // The default number of neighbours of the intrinsic dimension's estimate.
    private const int Neighbors = 10;

    private readonly TaskKind _task;

    internal NeuralTangentKernelTrainer(IHostEnvironment env, TaskKind task, NeuralTangentKernelOptions options)
        : base(env, task, Network, options, takesValidationData: false)
    {
        if (options.InfiniteDepth && !task.IsClassification)
        {
            throw new ArgumentException(
                $"{nameof(NeuralTangentKernelOptions)}: InfiniteDepth is true; the limit is a classifier, so for a number set it to false and choose a Depth.", nameof(options));
        }
        _task = task;
    }

    /// <summary>The network.</summary>
    internal static NetworkKind Network { get; } = KernelKind.Of<NeuralTangentKernelOptions>(
        "NeuralTangentKernel", (options, _, _, _) => new NeuralTangentKernelNetwork(options));

    private protected override NetworkTransformer Learn(TrainingContext context)
    {
        if (!context.Data.InMemory)
        {
            throw new InvalidOperationException(
                $"The {context.Data.Labels.Rows} training rows take more than MemoryLimitMegabytes {Options.MemoryLimitMegabytes}, and a kernel needs all at once; raise the limit or take fewer.");
        }
        var network = new NeuralTangentKernelNetwork(Options);
        try
        {
            using var scope = NewDisposeScope();
            Solve(network, context);
            return new NetworkTransformer(
                Kind, baseKind: null, context.Description, context.Head, network.to(context.Device), context.Device);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private void Solve(NeuralTangentKernelNetwork network, TrainingContext context)
    {
        var features = Features(context.Data, context.CheckAlive);
        var width = features.Length / (int)context.Data.Labels.Rows;
        KernelInputs[] candidates = [.. Scalings().Select(scaling =>
        {
            var map = SphereMap.Of(features, width, scaling, Options.InputBias, Options.NonNegative, context.CheckAlive);
            return new KernelInputs(map, KernelExamples.Of(context.Data, features, map, context.Head, context.CheckAlive));
        })];
        context.Channel.Tell(
            $"{context.Data.Labels.Rows} rows, of which {candidates[0].Examples.Count} are different, of {width} features.");
        var dimension = Options.Activation == KernelActivation.Optimal ? Dimension(candidates[0].Examples, context.CheckAlive) : 0;
        var dual = Options.Dual(dimension);
        network.Take(Options.InfiniteDepth ? Votes(candidates[0], dual, context) : Regression(candidates, dual, context), dimension);
    }

    private InputScaling[] Scalings() => Options.Scaling != InputScaling.Auto ? [Options.Scaling]
        : Options.InfiniteDepth ? [InputScaling.Standardize] : [InputScaling.Standardize, InputScaling.Rank];

    private KernelSolution Regression(KernelInputs[] candidates, DualActivation dual, TrainingContext context) =>
        new KernelLearner(Options, dual, _task.IsClassification, context.Seed, context.CheckAlive, context.Channel).Learn(candidates);

    // There is nothing to solve: each row votes for its class, by its weight.
    private KernelSolution Votes(KernelInputs inputs, DualActivation dual, TrainingContext context)
    {
        var (kernel, examples) = (Options.InfiniteKernel, inputs.Examples);
        context.Channel.Tell($"Infinite depth: {dual.Limit(kernel)}.");
        double[] votes = examples.Outputs > 1
            ? [.. examples.Targets.Select((share, i) => share * examples.Weights[i / examples.Outputs])]
            : [.. examples.Targets.SelectMany(
                (sign, i) => new[] { (1 - sign) / 2 * examples.Weights[i], (1 + sign) / 2 * examples.Weights[i] })];
        return new KernelSolution(inputs, kernel, 0, 0, votes, new double[examples.Outputs], null);
    }

    // Where rows are too few or too regular for an estimate, the largest possible dimension is the safe choice.
    private double Dimension(KernelExamples examples, Action checkAlive)
    {
        if (Options.IntrinsicDimension > 0)
        {
            return Options.IntrinsicDimension;
        }
        try
        {
            var estimate = IntrinsicDimension.Estimate(
                KernelExamples.Normalized(examples.Points, examples.Coordinates), examples.Coordinates, Neighbors, checkAlive);
            return IntrinsicDimension.Exponent(estimate, examples.Coordinates);
        }
        catch (ArgumentException)
        {
            return Math.Max(1, examples.Coordinates - 1);
        }
    }

    private static float[] Features(ExampleData data, Action checkAlive)
    {
        var width = data.Columns.Input.Steps * data.Columns.Input.Channels;
        var features = new float[SizeLimits.Product(
            "The training data", data.Labels.Rows, data.Columns.Input.Steps, data.Columns.Input.Channels)];
        foreach (var (store, first) in data.Blocks())
        {
            checkAlive();
            for (var row = 0; row < store.Count; row++)
            {
                store.Values(row).CopyTo(features.AsSpan((int)((first + row) * width)));
            }
        }
        return features;
    }
}
