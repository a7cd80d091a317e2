using System.Text.Json;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Trains a network that decides whether a sentence is true of an image.</summary>
/// <remarks>
/// <para>Create it with <c>ml.BinaryClassification.Trainers.ImageTextPair</c>.</para>
/// <list type="table">
/// <item><term>Machine learning task</term><description>Binary classification</description></item>
/// <item><term>Input</term><description>Image and sentence, as <see cref="ImageTextMatchingTrainer"/> reads them.</description></item>
/// <item><term>Label</term><description>Boolean: whether they match.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c>, <c>Score</c> (the logit), <c>Probability</c>.</description></item>
/// <item><term>Is normalization required?</term><description>No.</description></item>
/// <item><term>Is caching required?</term><description>No.</description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Microsoft.ML.Extensions.Sequence, and TorchSharp-cpu or
/// TorchSharp-cuda-* of version 0.107</description></item>
/// <item><term>Exportable to ONNX</term><description>No</description></item>
/// </list>
/// <para>The channels are those of image-text matching (Baqapuri 2015, arXiv 1601.03478); the classifier over both vectors and their
/// products is not in the paper.</para>
/// </remarks>
/// <inheritdoc cref="ImageTextPairCatalog.ImageTextPair(BinaryClassificationCatalog.BinaryClassificationTrainers, ImageTextPairOptions)" path="/example"/>
/// <seealso href="../docs/ImageTextMatching.html">docs/ImageTextMatching.md</seealso>
public sealed class ImageTextPairTrainer : NetworkTrainer<ImageTextPairOptions>
{
    internal ImageTextPairTrainer(IHostEnvironment env, ImageTextPairOptions options)
        : base(env, ImageTextPairTask.Unread, Network, options)
    {
    }

    /// <summary>The network.</summary>
    internal static NetworkKind Network { get; } = new NetworkKind<ImageTextPairOptions>(
        "ImageTextPair", SequenceKind.File,
        (options, _, _, head, generator) =>
            new ImageTextPairNetwork(options, ImageTextDetails.Of(head.Description), (ImageTextPairHead)head, generator))
    {
        OnlyTask = ImageTextPairTask.Unread,
        TakesTokens = false,
        Input = description => new ImageTextInput(
            description.Options.Deserialize<ImageTextPairOptions>(ModelEntry.Json)!, ImageTextDetails.Of(description.Head),
            description.Input),
    };

    private protected override void CheckInput(SchemaShape schema)
    {
        ImageFormat.Check(schema, Options.FeatureColumnName);
        TextFormat.Check(schema, Options.Sentences);
    }

    private protected override ExampleInput Open(IDataView input, TaskKind task, int seed, IChannel channel)
    {
        var survey = ImageTextSurvey.Of(input, Options, channel, CheckAlive);
        var details = survey.Details("ImageEmbedding", "TextEmbedding");
        var coder = details.Text.Terms is { } terms ? new TextCoder(Options.Text, new TermVocabulary(terms)) : null;
        return new ExampleInput(
            ImageTextTask.Column(Options), ImageTextPairTask.With(details, survey),
            (view, _) => new PairReader(
                new ImageTextRows(view, Options, details.Image, row => task.LabelReader(row, Label(view))), coder));
    }

    private DataViewSchema.Column Label(IDataView view)
    {
        var label = view.Schema.Find(Options.LabelColumnName, "Label");
        ImageTextPairTask.Unread.CheckLabel(label);
        return label;
    }
}
