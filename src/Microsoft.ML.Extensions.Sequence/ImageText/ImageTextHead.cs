using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Tasks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary><c>Score</c>, the cosine of image and sentence, and the vectors of both, of length 1.</summary>
internal sealed class ImageTextHead(HeadDescription description) : TaskHead(description)
{
    private const string Kind = "ImageText";

    private readonly ImageTextDetails _details = ImageTextDetails.Of(description);

    /// <summary>The statistics for networks created in a fit.</summary>
    public ImageTextSurvey? Survey { get; init; }

    private int Size => (Outputs - 1) / 2;

    /// <summary>Not used: the loss of a pair depends on others, so it is the network's.</summary>
    public override Tensor Loss(Tensor outputs, Tensor labels, double labelSmoothing) =>
        throw new NotSupportedException("The loss of a pair needs the other pairs of its batch.");

    public override Tensor Activate(Tensor outputs) => outputs;

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns(OutputColumnNames names)
    {
        var vector = new VectorDataViewType(NumberDataViewType.Single, Size);
        return
        [
            new(_details.ImageColumn, vector, ScoreAnnotations.For(Kind, "ImageEmbedding").ToAnnotations()),
            new(_details.TextColumn, vector, ScoreAnnotations.For(Kind, "TextEmbedding").ToAnnotations()),
            new(names.Score, NumberDataViewType.Single, ScoreAnnotations.For(Kind, "Score").ToAnnotations()),
        ];
    }

    protected override Delegate[] Getters(RowScores scores) =>
    [
        Vector(scores, 0),
        Vector(scores, Size),
        (ValueGetter<float>)((ref float value) => value = scores()[^1]),
    ];

    private ValueGetter<VBuffer<float>> Vector(RowScores scores, int start) => (ref VBuffer<float> value) =>
    {
        var editor = VBufferEditor.Create(ref value, Size);
        scores().Slice(start, Size).CopyTo(editor.Values);
        value = editor.Commit();
    };
}
