using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.Extensions.MLNet;

/// <summary>
/// A transformer's computation bound to one input schema: which columns it adds, and how their values are computed from a row.
/// </summary>
/// <remarks>An added column that has the name of an input column hides it, as everywhere in ML.NET.</remarks>
internal abstract class RowMapping : IRowToRowMapper
{
    private readonly int _inputCount;

    protected RowMapping(DataViewSchema inputSchema, IEnumerable<DataViewSchema.DetachedColumn> added)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        foreach (var column in added)
        {
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        }
        InputSchema = inputSchema;
        OutputSchema = builder.ToSchema();
        _inputCount = inputSchema.Count;
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>The input columns that the added ones are computed from.</summary>
    public abstract IReadOnlyList<DataViewSchema.Column> Sources { get; }

    /// <summary>The names of the added columns.</summary>
    public IEnumerable<string> AddedNames => OutputSchema.Skip(_inputCount).Select(column => column.Name);

    /// <summary>Writes the added columns as ONNX operators.</summary>
    /// <exception cref="NotSupportedException">There is no ONNX form; the message is the reason, as a sentence without its end.</exception>
    public virtual void WriteOnnx(OnnxContext context) => throw new NotSupportedException("it has no ONNX form");

    /// <summary>The getters of a cursor or row; they may share work through the row's position.</summary>
    public abstract AddedGetters CreateGetters(DataViewRow input);

    /// <summary>The index among the added columns, or -1 for a column that passes through.</summary>
    public int AddedIndex(DataViewSchema.Column column) => column.Index - _inputCount;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = new SortedSet<int>();
        foreach (var column in dependingColumns)
        {
            if (column.Index < _inputCount)
            {
                needed.Add(column.Index);
            }
            else
            {
                needed.UnionWith(Sources.Select(source => source.Index));
            }
        }
        return needed.Select(index => InputSchema[index]);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        var active = new bool[OutputSchema.Count];
        foreach (var column in activeColumns)
        {
            active[column.Index] = true;
        }
        return new MappedRow(this, input, active);
    }

    /// <summary>The getters if any added column is active, else none, so that an unused computation needs no sources.</summary>
    public AddedGetters GettersFor(DataViewRow input, bool[] active) =>
        active.AsSpan(_inputCount).Contains(true) ? CreateGetters(input) : AddedGetters.None;

    public ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column, DataViewRow input, bool[] active, Delegate[] getters)
    {
        if (!active[column.Index])
        {
            throw new InvalidOperationException($"Column '{column.Name}' was not requested when the cursor was created.");
        }
        var added = AddedIndex(column);
        if (added < 0)
        {
            return input.GetGetter<TValue>(InputSchema[column.Index]);
        }
        return Typed<TValue>(column, getters[added]);
    }

    /// <exception cref="InvalidOperationException">The column's values are of another type.</exception>
    public static ValueGetter<TValue> Typed<TValue>(DataViewSchema.Column column, Delegate getter) => getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException($"Column '{column.Name}' has values of type {column.Type.RawType}, not {typeof(TValue)}.");
}
