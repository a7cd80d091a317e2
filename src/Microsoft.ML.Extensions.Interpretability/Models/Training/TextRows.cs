using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A text column, which is read again in each enumeration.</summary>
internal sealed class TextRows
{
    private readonly IDataView _data;
    private readonly DataViewSchema.Column _column;
    private readonly Action _checkAlive;

    /// <exception cref="ArgumentOutOfRangeException">The column is missing or holds no texts.</exception>
    public TextRows(IDataView data, string column, Action checkAlive)
    {
        (_data, _column, _checkAlive) = (data, data.Schema.Find(column, "Text"), checkAlive);
        if (_column.Type is not TextDataViewType)
        {
            throw SchemaColumns.WrongType(column, "Text", "a text", _column.Type.ToString()!);
        }
    }

    public string Name => _column.Name;

    /// <summary>The texts with their rows' numbers, empty ones included.</summary>
    public IEnumerable<(long Row, string Text)> All()
    {
        using var cursor = _data.GetRowCursor([_column]);
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(_column);
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNext())
        {
            _checkAlive();
            getter(ref text);
            yield return (cursor.Position, text.ToString());
        }
    }

    /// <summary>
    /// The texts' tokens in windows of which each begins with the last token of the one before, so that every token but a text's first is
    /// predicted once.
    /// </summary>
    /// <param name="tokenizer">Reads the texts.</param>
    /// <param name="context">The most tokens to predict from; a window has one more.</param>
    /// <param name="belongs">Whether to include the row with this number.</param>
    /// <exception cref="InvalidDataException">
    /// On reading: a part of a text is outside the vocabulary; the message names column, row and part.
    /// </exception>
    public IEnumerable<ArraySegment<int>> Windows(TransformerTokenizer tokenizer, int context, Func<long, bool> belongs)
    {
        foreach (var (row, text) in All().Where(pair => pair.Text.Length > 0 && belongs(pair.Row)))
        {
            var tokens = tokenizer.Encode(text, message => Refuse(row, message));
            for (var start = 0; start < tokens.Length - 1; start += context)
            {
                yield return new ArraySegment<int>(tokens, start, Math.Min(context + 1, tokens.Length - start));
            }
        }
    }

    public InvalidDataException Refuse(long row, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Column '{Name}', row {row}: {what}"));
}
