using System.Globalization;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Classifies or regresses sequences by thousands of random convolutions and a ridge regression on them: nothing is learned step by step.
/// </summary>
/// <remarks>
/// <para>Create it with <c>ml.MulticlassClassification.Trainers.RandomConvolution</c>,
/// <c>ml.BinaryClassification.Trainers.RandomConvolution</c> or
/// <c>ml.Regression.Trainers.RandomConvolution</c>.</para>
/// <list type="table">
/// <item><term>Machine learning task</term><description>Multiclass classification, binary classification, regression</description></item>
/// <item><term>Input</term><description>A vector of Single (a series of n steps), or <c>[T, C]</c> Single (time first; T = 0 where rows
/// differ in length).</description></item>
/// <item><term>Label</term><description>Key (multiclass), Boolean (binary), Single (regression).</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c>, <c>Score</c>; <c>Probability</c> (binary).</description></item>
/// <item><term>Is normalization required?</term><description>No: channels are standardised inside.</description></item>
/// <item><term>Is caching required?</term><description>No: rows are read once.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.Extensions.Sequence, and TorchSharp-cpu or
/// TorchSharp-cuda-* of version 0.107</description></item>
/// <item><term>Exportable to ONNX</term><description>Yes</description></item>
/// </list>
/// <para>Memory and time: the features of all training rows are kept while fitting, <c>N * Features</c> Single, and the smaller of
/// the systems of N rows or of all
/// features. Scoring takes time in proportion to T times features, and does not depend on other rows.</para>
/// <para>References: Dempster, Petitjean, Webb, "ROCKET", 2020, arXiv 1910.13051; Dempster, Schmidt, Webb, "MiniRocket", 2021, arXiv
/// 2012.08791; Tan, Dempster,
/// Bergmeir, Webb, "MultiRocket", 2022, arXiv 2102.00457.</para>
/// </remarks>
/// <inheritdoc cref="RandomConvolutionCatalog.RandomConvolution(MulticlassClassificationCatalog.MulticlassClassificationTrainers, RandomConvolutionOptions)" path="/example"/>
/// <seealso href="../docs/RandomConvolution.html">docs/RandomConvolution.md</seealso>
[TrainerCatalog("The sequence.", nameof(RandomConvolutionOptions.Features), nameof(RandomConvolutionOptions.Ridge))]
public sealed class RandomConvolutionTrainer : Trainer<RandomConvolutionOptions>
{
    internal RandomConvolutionTrainer(IHostEnvironment env, TaskKind task, RandomConvolutionOptions options)
        : base(env, task, Network, options, takesValidationData: false)
    {
    }

    /// <summary>The network.</summary>
    internal static NetworkKind Network { get; } = new NetworkKind<RandomConvolutionOptions>(
        "RandomConvolution", SequenceKind.File, (_, _, _, _) => new RandomConvolutionNetwork())
    {
        Managed = (_, input, outputs, _, parts) => new ManagedRandomConvolution(input, outputs, parts.Weights),
        TakesTokens = false,
        IsBase = true,
    };

    private protected override NetworkTransformer Learn(TrainingContext context)
    {
        if (!context.Data.InMemory)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"The {context.Data.Labels.Rows} training rows take more than MemoryLimitMegabytes {Options.MemoryLimitMegabytes}, and all are needed at once; raise the limit or use fewer rows."));
        }
        var network = new RandomConvolutionNetwork();
        try
        {
            using var scope = NewDisposeScope();
            network.Take(new ConvolutionLearner(Options, ConvolutionRows.Of(context)).Learn());
            return new NetworkTransformer(
                Kind, baseKind: null, context.Description, context.Head, network.to(context.Device), context.Device);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
