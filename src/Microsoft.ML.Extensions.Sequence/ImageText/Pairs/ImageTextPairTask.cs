using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The task of deciding whether an image and a sentence match.</summary>
/// <param name="details">What the model learned from the data before training.</param>
/// <param name="survey">The statistics that a fit needs.</param>
internal sealed class ImageTextPairTask(ImageTextDetails? details = null, ImageTextSurvey? survey = null)
    : TaskKind("ImageTextPair", isClassification: true, "a Boolean")
{
    /// <summary>The task of loaded models, and of fits before their data is read.</summary>
    public static ImageTextPairTask Unread { get; } = new();

    protected override bool HasDetails => true;

    /// <summary>The same task with what was learned from the data.</summary>
    public static ImageTextPairTask With(ImageTextDetails learned, ImageTextSurvey statistics) => new(learned, statistics);

    public override RowLabel LabelReader(DataViewRow row, DataViewSchema.Column label) =>
        ScalarReaders.Label(ScalarReaders.Boolean(row, label));

    public override TaskHead CreateHead(DataViewSchema.Column label, LabelStatistics statistics)
    {
        RequireTwoClasses(label, statistics);
        return new ImageTextPairHead(new HeadDescription(Name, 1, Details: details!.ToJson())) { Survey = survey };
    }

    protected override bool Accepts(SchemaShape.Column column) => column.ItemType == BooleanDataViewType.Instance;

    protected override string? Fault(HeadDescription description)
    {
        ImageTextDetails.Of(description);
        return description.Outputs == 1 ? null : $"it has {description.Outputs} outputs and not 1";
    }

    protected override TaskHead HeadOf(HeadDescription description) => new ImageTextPairHead(description);

    protected override TaskHead Example(SchemaShape.Column label) => new ImageTextPairHead(new HeadDescription(Name, 1));
}

/// <summary>The head of a binary task, with the statistics for networks created in a fit.</summary>
internal sealed class ImageTextPairHead(HeadDescription description) : BinaryHead(description)
{
    /// <summary>The statistics.</summary>
    public ImageTextSurvey? Survey { get; init; }
}
