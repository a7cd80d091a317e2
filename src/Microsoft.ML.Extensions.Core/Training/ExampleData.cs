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
    private readonly List<RowPlace> _places = [];
    private RowSplit? _split;
    private ExampleStatistics _learned = new();
    private ExampleStatistics _held = new();

    private ExampleData(Func<IExampleReader> open, ExampleColumns columns, long budgetBytes, Action checkAlive)
    {
        (_open, Columns, _budget, _checkAlive) = (open, columns, budgetBytes, checkAlive);
    }

    public ExampleColumns Columns { get; }

    /// <summary>The rows that have a label and count, those held out included.</summary>
    public long Rows { get; private set; }

    /// <summary>Where the rows stand.</summary>
    public RowSurvey Survey { get; } = new();

    /// <summary>Of the content of all rows, in order.</summary>
    public string Fingerprint { get; private set; } = "";

    /// <summary>The labels of the rows to learn from.</summary>
    public LabelStatistics Labels => _learned.Labels;

    /// <summary>Mean and spread of each channel, or, where rows are vectors of fixed length, of each of their numbers; empty for tokens. Of the rows to learn from.</summary>
    public ChannelStatistics Channels => _learned.Channels;

    /// <summary>The mean of the example weights of the rows to learn from.</summary>
    public double MeanWeight => _learned.MeanWeight;

    /// <summary>Whether some rows are held out.</summary>
    public bool IsDivided => _split is not null;

    public bool InMemory { get; private set; } = true;

    /// <summary>Rows that have no label and are left out.</summary>
    public long Missing { get; private set; }

    /// <summary>The one pass that checks every row, gathers the statistics and keeps the rows as long as they fit. All rows are to be learned from.</summary>
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
        if (data.Rows == 0)
        {
            throw new InvalidOperationException(data.Missing == 0
                ? $"The data has no rows{(columns.Weight is null ? "" : $" with a weight above 0 in column '{columns.Weight}'")}; at least one is needed."
                : $"Label column '{columns.Label}' is missing in all {data.Missing} rows of the data.");
        }
        return data;
    }

    /// <summary>Holds rows out: what was told of the labels and channels is then of the others alone. Reads data beyond the budget once more.</summary>
    /// <param name="split">Which rows.</param>
    /// <param name="leastLearned">The fewest rows that must be left to learn from.</param>
    /// <returns>False, with nothing changed, where it would leave fewer, or hold none out.</returns>
    public bool TryDivide(RowSplit split, long leastLearned)
    {
        var (learned, held) = (new ExampleStatistics(), new ExampleStatistics());
        foreach (var (store, first) in Blocks())
        {
            for (var row = 0; row < store.Count; row++)
            {
                var part = PartOf(row, first, split);
                if (part != RowPart.Gap)
                {
                    (part == RowPart.Training ? learned : held).Add(Columns, store.Values(row), store.Label(row), store.Weight(row));
                }
            }
        }
        if (held.Labels.Rows == 0 || learned.Labels.Rows < leastLearned)
        {
            return false;
        }
        (_split, _learned, _held) = (split, learned, held);
        return true;
    }

    /// <summary>What is known of a part of the rows.</summary>
    public ExampleStatistics Of(RowPart part) => part == RowPart.Training ? _learned : _held;

    /// <summary>What a row of the current block is used for.</summary>
    /// <param name="row">Its place in the block.</param>
    /// <param name="first">The number of the block's first row.</param>
    public RowPart PartOf(int row, long first) => _split is null ? RowPart.Training : PartOf(row, first, _split);

    /// <summary>The same by another division.</summary>
    public RowPart PartOf(int row, long first, RowSplit split) => split.PartOf(first + row, _places.Count > 0 ? _places[row] : default);

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
        Clear();
        while (rows.MoveNext())
        {
            _checkAlive();
            Keep(rows, rows.Input());
            if (_store.IsFull(_budget))
            {
                yield return (_store, first);
                first += _store.Count;
                Clear();
            }
        }
        if (_store.Count > 0)
        {
            yield return (_store, first);
        }
    }

    private void Clear()
    {
        _store.Clear();
        _places.Clear();
    }

    private void Keep(IExampleReader row, ReadOnlySpan<float> input)
    {
        _store.Add(input, input.Length / Columns.Input.Channels, row.Label, row.Weight);
        if (Columns.Order is not null)
        {
            _places.Add(row.Place);
        }
    }

    private void FirstPass()
    {
        using var rows = _open();
        using var fingerprint = new RowFingerprint();
        while (rows.MoveNext())
        {
            _checkAlive();
            CheckLabel(rows.Label);
            var input = rows.Input();
            Rows++;
            _learned.Add(Columns, input, rows.Label, rows.Weight);
            Survey.Add(rows.Place, input.Length / Columns.Input.Channels);
            fingerprint.Add(input, Columns.Task.Content(rows.Label), rows.Weight, rows.Place);
            if (InMemory)
            {
                Keep(rows, input);
                InMemory = !_store.IsFull(_budget);
            }
        }
        (Missing, Fingerprint) = (rows.Missing, fingerprint.Take());
    }

    // Rows held out are checked as well: their loss would be infinite in every epoch.
    private void CheckLabel(ReadOnlySpan<float> label)
    {
        if (!Columns.Task.IsClassification && label.ContainsAny(float.PositiveInfinity, float.NegativeInfinity))
        {
            throw new InvalidOperationException($"Label column '{Columns.Label}' has an infinite value; remove such rows.");
        }
    }
}
