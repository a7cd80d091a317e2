
namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads the sentence of the current row as numbers: those of its terms, or its vector.</summary>
internal abstract class SentenceReader
{
    /// <param name="row">Where to read.</param>
    /// <param name="column">A column of the format.</param>
    /// <param name="format">The format.</param>
    /// <param name="options">The options of the channel.</param>
    /// <param name="missing">What to do with NaN.</param>
    public static SentenceReader Of(
        DataViewRow row, DataViewSchema.Column column, TextFormat format, TextChannelOptions options, MissingValues missing) =>
        format.Terms is { } terms
            ? new Texts(row, column, new TextCoder(options, new TermVocabulary(terms)))
            : new Vectors(new VectorReader(row, column, missing));

    /// <summary>The numbers, 1 or more; valid until the next call.</summary>
    public abstract ReadOnlySpan<float> Read();

    private sealed class Texts(DataViewRow row, DataViewSchema.Column column, TextCoder coder) : SentenceReader
    {
        private readonly ValueGetter<ReadOnlyMemory<char>> _getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        private ReadOnlyMemory<char> _text;

        public override ReadOnlySpan<float> Read()
        {
            _getter(ref _text);
            return Array.ConvertAll(coder.Encode(_text.Span), id => (float)id);
        }
    }

    private sealed class Vectors(VectorReader reader) : SentenceReader
    {
        public override ReadOnlySpan<float> Read() => reader.Read();
    }
}
