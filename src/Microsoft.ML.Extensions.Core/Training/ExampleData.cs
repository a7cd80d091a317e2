using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Labelled rows: kept in memory where they fit the budget, read again block by block where they do not.</summary>
internal sealed class ExampleData
{
    private readonly Func<IExampleReader> _open;
    private readonly long _budget;
    private readonly Action _checkAlive;
    private readonly RowStore _store = new();

    private ExampleData(Func<IExampleReader> open, ExampleColumns columns, long budgetBytes, Action checkAlive)
    {
        (_open, Columns, _budget, _checkAlive) = (open, columns, budgetBytes, checkAlive);
    }

    public ExampleColumns Columns { get; }

    public LabelStatistics Labels { get; } = new();

    /// <summary>Mean and spread of each channel, or, where rows are vectors of fixed length, of each of their numbers; empty for tokens.</summary>
    public ChannelStatistics Channels { get; } = new();

    /// <summary>The mean of the example weights.</summary>
    public double MeanWeight { get; private set; }

    public bool InMemory { get; private set; } = true;

    /// <summary>Rows that have no label and are left out.</summary>
    public long Missing { get; private set; }

    /// <summary>The one pass that checks every row, gathers the statistics and keeps the rows as long as they fit.</summary>
    /// <exception cref="InvalidOperationException">There are no rows with a label.</exception>
    /// <exception cref="InvalidDataException">A row cannot be used; the message names column and row.</exception>
    public static ExampleData Read(IDataView source, ExampleColumns columns, long budgetBytes, Action checkAlive) =>
        Read(() => new ExampleReader(source, columns), columns, budgetBytes, checkAlive);

    /// <summary>The same of examples that are made of the data on the way, the same ones each time they are opened.</summary>
    /// <exception cref="InvalidOperationException">There are no rows with a label.</exception>
    public static ExampleData Read(Func<IExampleReader> open, ExampleColumns columns, long budgetBytes, Action checkAlive)
    {
        var data = new ExampleData(open, columns, budgetBytes, checkAlive);
        data.FirstPass();
        if (data.Labels.Rows == 0)
        {
            throw new InvalidOperationException(data.Missing == 0
                ? $"The data has no rows{(columns.Weight is null ? "" : $" with a weight above 0 in column '{columns.Weight}'")}; at least one is needed."
                : $"Label column '{columns.Label}' is missing in all {data.Missing} rows of the data.");
        }
        return data;
    }

    /// <summary>All rows in blocks that fit the budget, each with the number of its first row. The next block overwrites the last.</summary>
    public IEnumerable<(RowStore Store, long FirstRow)> Blocks()
    {
        if (InMemory)
        {
            yield return (_store, 0);
            yield break;
        }
        using var rows = _open();
        var first = 0L;
        _store.Clear();
        while (rows.MoveNext())
        {
            _checkAlive();
            Keep(rows, rows.Input());
            if (_store.IsFull(_budget))
            {
                yield return (_store, first);
                first += _store.Count;
                _store.Clear();
            }
        }
        if (_store.Count > 0)
        {
            yield return (_store, first);
        }
    }

    private void Keep(IExampleReader row, ReadOnlySpan<float> input) =>
        _store.Add(input, input.Length / Columns.Input.Channels, row.Label, row.Weight);

    private void FirstPass()
    {
        using var rows = _open();
        while (rows.MoveNext())
        {
            _checkAlive();
            Labels.Add(rows.Label, Columns.Task.IsClassification);
            MeanWeight += (rows.Weight - MeanWeight) / Labels.Rows;
            var input = rows.Input();
            if (Columns.Input.Kind == InputKind.Sequence)
            {
                Channels.Add(input, Columns.Input.IsFixed ? input.Length : Columns.Input.Channels);
            }
            if (InMemory)
            {
                Keep(rows, input);
                InMemory = !_store.IsFull(_budget);
            }
        }
        Missing = rows.Missing;
    }
}
