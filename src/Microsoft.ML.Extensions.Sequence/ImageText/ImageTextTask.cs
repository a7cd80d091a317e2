using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The task of finding which sentence and which image belong together. The label of an image is its sentence.</summary>
/// <param name="options">The options; null for loaded models.</param>
/// <param name="details">What the model learned from the data before training.</param>
/// <param name="survey">The statistics that a fit needs.</param>
internal sealed class ImageTextTask(ImageTextMatchingOptions? options, ImageTextDetails? details = null, ImageTextSurvey? survey = null)
    : TaskKind("ImageText", isClassification: false, "a text or a vector of Single, the sentence of the image")
{
    /// <summary>The task of loaded models, which read no labels.</summary>
    public static ImageTextTask Loaded { get; } = new(null);

    // The numbers of image and sentence have no mean.
    public override bool LabelsAreLists => true;

    protected override bool HasDetails => true;

    protected override SchemaShape.Column.VectorKind? LabelKind => null;

    /// <summary>The column that pairs are read as.</summary>
    public static InputColumn Column(ImageTextOptions options) => new(options.FeatureColumnName, InputKind.Sequence, 1, 0, 0);

    /// <summary>The same task with what was learned from the data.</summary>
    public ImageTextTask With(ImageTextDetails learned, ImageTextSurvey statistics) => new(options, learned, statistics);

    protected override bool Accepts(SchemaShape.Column column) => TextFormat.IsPromised(column);

    /// <summary>Not used: a pair's label needs its image, too, so <see cref="PairReader"/> makes it.</summary>
    public override RowLabel LabelReader(DataViewRow row, DataViewSchema.Column label) =>
        throw new NotSupportedException("The labels of pairs are made of the image and the sentence.");

    public override TaskHead CreateHead(DataViewSchema.Column label, LabelStatistics statistics) =>
        new ImageTextHead(Description(details!, options!.EmbeddingSize)) { Survey = survey };

    protected override string? Fault(HeadDescription description)
    {
        var ofBase = ImageTextDetails.Of(description).BaseSize;
        return description.Outputs < 3 || description.Outputs % 2 == 0
            ? $"it has {description.Outputs} outputs; allowed are two vectors and a score"
            : ofBase > description.Outputs / 2 ? $"{ofBase} numbers of each vector are the base's, and a vector has {description.Outputs / 2}" : null;
    }

    protected override TaskHead HeadOf(HeadDescription description) => new ImageTextHead(description);

    protected override TaskHead Example(SchemaShape.Column label) => new ImageTextHead(Description(
        details ?? new ImageTextDetails(
            new(1, null), new(1, null), options!.ImageEmbeddingColumnName, options.TextEmbeddingColumnName), options!.EmbeddingSize));

    private HeadDescription Description(ImageTextDetails described, int size) =>
        new(Name, (2 * size) + 1, Details: described.ToJson());
}
