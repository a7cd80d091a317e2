using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads rows ahead so that the encoder gets many texts at once.</summary>
internal sealed class TextEmbeddingCursor : BatchedCursor
{
    private readonly Lease<ITextEmbedder> _embedder;
    private readonly ValueGetter<ReadOnlyMemory<char>> _text;
    private readonly List<string> _texts = [];
    private float[][] _vectors = [];

    public TextEmbeddingCursor(
        TextEmbeddingMapping mapping, Lease<ITextEmbedder> embedder, DataViewRowCursor input,
            IReadOnlyCollection<DataViewSchema.Column> needed)
        : base(mapping, input, needed)
    {
        (_embedder, _text) = (embedder, input.GetGetter<ReadOnlyMemory<char>>(mapping.Sources[0]));
        Getters = [TextEmbeddingMapping.Getter(() => _vectors[Row])];
    }

    protected override Delegate[] Getters { get; }

    protected override void Clear() => _texts.Clear();

    protected override bool ReadsOn(int rows) => rows < BatchPlan.MaxRows;

    protected override void Read()
    {
        ReadOnlyMemory<char> text = default;
        _text(ref text);
        _texts.Add(text.ToString());
    }

    protected override void Compute() => _vectors = _embedder.Use(used => used.Embed(_texts));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _embedder.Dispose();
        }
        base.Dispose(disposing);
    }
}
