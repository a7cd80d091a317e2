using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads a ranker's input from a row: the texts of a query and a document, and numbers.</summary>
/// <param name="options">The trainer's options.</param>
/// <param name="details">The values learned from the data.</param>
/// <param name="column">The column that it is read as.</param>
internal sealed class PairInput(NeuralRankingOptions options, RankingDetails details, InputColumn column) : IModelInput
{
    private readonly TextAnalyzer _analyzer = new(options.Text);
    private readonly TermVocabulary _terms = new(details.Terms);
    private readonly TermVocabulary? _letters = details.Letters is null ? null : new(details.Letters);

    public DataViewType Type => TextDataViewType.Instance;

    private readonly PieceReader? _pieces = details.Encoder is null ? null : new(details.Encoder);

    /// <summary>Writes queries and documents as this model reads them.</summary>
    public PairCoder Coder() => new(_analyzer, _terms, _letters, options.Limits, _pieces);

    public BoundInput Bind(DataViewSchema schema)
    {
        var texts = RankingColumns.TextsOf(schema, options.Roles);
        var numbers = RankingColumns.NumbersOf(schema, options.Roles, details.NumberWidths);
        return new([.. texts, .. numbers], (row, _) => new Reader(
            row, column, texts[0], texts[1], new RankingNumbers(row, numbers, options.MissingValues), Coder()));
    }

    private sealed class Reader(
        DataViewRow row, InputColumn column, DataViewSchema.Column query, DataViewSchema.Column document, RankingNumbers numbers,
            PairCoder coder)
        : InputReader(row, column)
    {
        private readonly ValueGetter<ReadOnlyMemory<char>> _query = row.GetGetter<ReadOnlyMemory<char>>(query);
        private readonly ValueGetter<ReadOnlyMemory<char>> _document = row.GetGetter<ReadOnlyMemory<char>>(document);
        private ReadOnlyMemory<char> _text;

        protected override int Fetch()
        {
            _query(ref _text);
            coder.Begin(_text.Span);
            _document(ref _text);
            coder.Add(_text.Span, numbers.Read());
            return coder.Values.Length;
        }

        protected override ReadOnlySpan<float> Values(int length) => coder.Values;
    }
}
