using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Reads a row's tokens: a text through a tokenizer, or a vector of keys (the first key is token 0) or of whole numbers.</summary>
internal sealed class TokenColumn(string name, TransformerTokenizer? tokenizer)
{
    private const string Role = "Input";

    /// <summary>The column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or of another type.</exception>
    public DataViewSchema.Column Find(DataViewSchema schema)
    {
        var column = schema.Find(name, Role);
        var item = column.Type.ItemType();
        var fits = column.Type is VectorDataViewType
            ? item == NumberDataViewType.Int32 || (item is KeyDataViewType && item.RawType == typeof(uint))
            : column.Type == TextDataViewType.Instance && tokenizer is not null;
        return fits ? column : throw Wrong($"{column.Type}");
    }

    /// <exception cref="ArgumentOutOfRangeException">It is missing or of another type.</exception>
    public void Check(SchemaShape schema)
    {
        var column = schema.Find(name, Role);
        var isVector = column.Kind != SchemaShape.Column.VectorKind.Scalar;
        var fits = isVector
            ? (!column.IsKey && column.ItemType == NumberDataViewType.Int32)
                || (column.IsKey && column.ItemType == NumberDataViewType.UInt32)
            : !column.IsKey && column.ItemType == TextDataViewType.Instance && tokenizer is not null;
        if (!fits)
        {
            throw Wrong(column.Describe());
        }
    }

    /// <summary>A reader of the current row's tokens.</summary>
    /// <exception cref="InvalidOperationException">
    /// The row has no token, a missing one, or a text outside the vocabulary; column and row are named.
    /// </exception>
    public Func<int[]> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type == TextDataViewType.Instance)
        {
            var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> text = default;
            return () =>
            {
                getter(ref text);
                return Checked(row, Said(row, text.ToString()));
            };
        }
        return column.Type.ItemType() is KeyDataViewType ? Numbers<uint>(row, column, key => (int)key - 1)
            : Numbers<int>(row, column, number => number);
    }

    private Func<int[]> Numbers<T>(DataViewRow row, DataViewSchema.Column column, Func<T, int> token)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> values = default;
        return () =>
        {
            getter(ref values);
            return Checked(row, [.. values.DenseValues().Select(token)]);
        };
    }

    private int[] Said(DataViewRow row, string text)
    {
        try
        {
            return tokenizer!.Encode(text);
        }
        catch (ArgumentException e)
        {
            throw At(row, e.Message, e);
        }
    }

    private int[] Checked(DataViewRow row, int[] tokens) =>
        tokens.Length == 0 ? throw At(row, "it has no token; leave the row out.")
        : Array.FindIndex(tokens, token => token < 0) is var missing and >= 0 ? throw At(row, $"token {missing} is missing or below 0.")
        : tokens;

    /// <summary>An error that names column and row.</summary>
    public InvalidOperationException At(DataViewRow row, string message, Exception? inner = null) =>
        new($"Input column '{name}', row {row.Position}: {message}", inner);

    private ArgumentOutOfRangeException Wrong(string got) => SchemaColumns.WrongType(
        name, Role, tokenizer is null ? "a vector of keys or of Int32, since no tokenizer was given"
            : "text, or a vector of keys or of Int32", got);
}
