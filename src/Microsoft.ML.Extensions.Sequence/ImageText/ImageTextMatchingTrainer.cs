using System.Text.Json;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Trains two networks that put images and sentences into one space, where those that belong together are near.</summary>
/// <remarks>
/// <para>Create it with <c>ml.Ranking.Trainers.ImageTextMatching</c>. A row is an image and a sentence of it; an image may have several
/// rows.
/// </para>
/// <list type="table">
/// <item><term>Machine learning task</term><description>Ranking</description></item>
/// <item><term>Input</term><description>The image: <c>MLImage</c>, the path of a file, numbers <c>[C, H, W]</c>, or a vector of features.
/// Images of different sizes are resized; transparent pixels are on white. The sentence: a text, or a vector such as that of
/// <c>ml.Transforms.Text.EmbedText</c>.</description></item>
/// <item><term>Label</term><description>None besides the sentence.</description></item>
/// <item><term>Output</term><description><c>ImageEmbedding</c>, <c>TextEmbedding</c>, vectors of length 1; <c>Score</c>, their cosine, -1
/// to 1.</description></item>
/// <item><term>Is normalization required?</term><description>No: colours and features are standardised inside.</description></item>
/// <item><term>Is caching required?</term><description>No.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.Extensions.Sequence, and TorchSharp-cpu or
/// TorchSharp-cuda-* of version 0.107</description></item>
/// <item><term>Exportable to ONNX</term><description>No</description></item>
/// </list>
/// <para>Beside the networks stands a base (<see cref="ImageTextMatchingOptions.BaseWeight"/>): reduced-rank ridge regression from whitened patches of
/// the images (Coates, Ng 2011), or given features, to words and runs of letters weighted by how rare they are, or given vectors. It is solved in
/// seconds; the score is the mean of its cosine and that of the networks. The paper has none.</para>
/// <para>The image channel is a convolutional network, or a layer over given features; the text channel one of <see cref="TextChannel"/>.
/// The vocabulary is that of the sentences given to <c>Fit</c>, so it never contains those of a test set. <see cref="ReplacedPart"/> is the
/// paper's choice: which part of a pair is replaced to get a wrong one decides for which direction the network is better.</para>
/// <para>Reference: Baqapuri, "Deep Learning Applied to Image and Text Matching", 2015, arXiv 1601.03478. Its objective is
/// <see cref="ImageTextObjective.Hinge"/>; the default is the contrastive one of CLIP, with all other pairs of the batch as
/// negatives.</para>
/// </remarks>
/// <inheritdoc cref="ImageTextMatchingCatalog.ImageTextMatching(RankingCatalog.RankingTrainers, ImageTextMatchingOptions)" path="/example"/>
/// <seealso href="../docs/ImageTextMatching.html">docs/ImageTextMatching.md</seealso>
public sealed class ImageTextMatchingTrainer : NetworkTrainer<ImageTextMatchingOptions>
{
    internal ImageTextMatchingTrainer(IHostEnvironment env, ImageTextMatchingOptions options)
        : base(env, new ImageTextTask(options), Network, options)
    {
    }

    /// <summary>The network.</summary>
    internal static NetworkKind Network { get; } = new NetworkKind<ImageTextMatchingOptions>(
        "ImageTextMatching", SequenceKind.File,
        (options, _, _, head, generator) =>
            new ImageTextNetwork(options, ImageTextDetails.Of(head.Description), (ImageTextHead)head, generator))
    {
        OnlyTask = ImageTextTask.Loaded,
        TakesTokens = false,
        Input = description => new ImageTextInput(
            description.Options.Deserialize<ImageTextMatchingOptions>(ModelEntry.Json)!, ImageTextDetails.Of(description.Head),
            description.Input),
    };

    // The rest of a batch are the negatives, so more rows are worth more than more steps.
    private protected override TrainingPlan Plan(long rows) =>
        TrainingPlan.For(Options.Training, Options.EnsembleSize, rows, stepsPerEpoch: 10, largestBatch: 128);

    private protected override void CheckInput(SchemaShape schema)
    {
        ImageFormat.Check(schema, Options.FeatureColumnName);
        TextFormat.Check(schema, Options.Sentences);
    }

    private protected override ExampleInput Open(IDataView input, TaskKind task, int seed, IChannel channel)
    {
        var survey = ImageTextSurvey.Of(input, Options, channel, CheckAlive);
        channel.Tell($"{survey.ImageCount} different images and {survey.SentenceCount} different sentences.");
        if (survey.ImageCount == 1 || survey.SentenceCount == 1)
        {
            var same = survey.ImageCount == 1
                ? $"image in column '{Options.FeatureColumnName}'" : $"sentence in column '{Options.Sentences}'";
            throw new InvalidOperationException(
                $"All rows have the same {same}, so that no pair can be wrong; at least two different ones are needed.");
        }
        var details = survey.Details(Options.ImageEmbeddingColumnName, Options.TextEmbeddingColumnName, Options.BaseSize);
        var coder = details.Text.Terms is { } terms ? new TextCoder(Options.Text, new TermVocabulary(terms)) : null;
        return new ExampleInput(
            ImageTextTask.Column(Options), ((ImageTextTask)task).With(details, survey),
            (view, _) => new PairReader(new ImageTextRows(view, Options, details.Image), coder));
    }
}
