using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Scoring;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A column of vectors of texts bound to a schema.</summary>
internal sealed class TextEmbeddingMapping(DataViewSchema schema, TextEmbedding columns, Shared<ITextEmbedder> embedder, int dimensions)
    : BatchedMapping(schema,
        [new DataViewSchema.DetachedColumn(columns.OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, dimensions))])
{
    public override IReadOnlyList<DataViewSchema.Column> Sources { get; } = [Text(schema, columns.InputColumnName)];

    public override BatchedCursor CreateCursor(DataViewRowCursor input, IReadOnlyCollection<DataViewSchema.Column> needed) =>
        new TextEmbeddingCursor(this, embedder.Rent(), input, needed);

    public override AddedGetters CreateGetters(DataViewRow input)
    {
        var lease = embedder.Rent();
        var source = input.GetGetter<ReadOnlyMemory<char>>(Sources[0]);
        ReadOnlyMemory<char> text = default;
        return new([Getter(() =>
        {
            source(ref text);
            return lease.Use(used => used.Embed([text.ToString()]))[0];
        })], lease);
    }

    /// <summary>A getter of the added column.</summary>
    public static ValueGetter<VBuffer<float>> Getter(Func<float[]> current) => (ref VBuffer<float> value) =>
    {
        var vector = current();
        var editor = VBufferEditor.Create(ref value, vector.Length);
        vector.CopyTo(editor.Values);
        value = editor.Commit();
    };

    private static DataViewSchema.Column Text(DataViewSchema schema, string name) =>
        schema.Find(name, "Input") is { Type: TextDataViewType } column ? column
        : throw SchemaColumns.WrongType(name, "Input", "text", $"{schema[name].Type}");
}
