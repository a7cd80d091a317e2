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

    /// <summary>The number of rows with a label and a weight above 0, including held-out rows.</summary>
    public long Rows { get; private set; }

    /// <summary>The places of the rows.</summary>
    public RowSurvey Survey { get; } = new();

    /// <summary>The fingerprint of all rows, in order.</summary>
    public string Fingerprint { get; private set; } = "";

    /// <summary>Statistics of the labels of the training rows.</summary>
    public LabelStatistics Labels => _learned.Labels;

    /// <summary>
    /// Mean and deviation of each channel of the training rows, or of each number of vectors of fixed length; empty for tokens.
    /// </summary>
    public ChannelStatistics Channels => _learned.Channels;

    /// <summary>The mean example weight of the training rows.</summary>
    public double MeanWeight => _learned.MeanWeight;

    /// <summary>Whether some rows are held out.</summary>
    public bool IsDivided => _split is not null;

    public bool InMemory { get; private set; } = true;

    /// <summary>Rows that have no label and are left out.</summary>
    public long Missing { get; private set; }

    /// <summary>
    /// Reads the data once: checks every row, gathers the statistics, and keeps the rows if they fit. All rows are training rows.
    /// </summary>
    /// <exception cref="InvalidOperationException">There are no rows with a label.</exception>
    /// <exception cref="InvalidDataException">A row cannot be used; the message names column and row.</exception>
    public static ExampleData Read(IDataView source, ExampleColumns columns, long budgetBytes, Action checkAlive) =>
        Read(() => new ExampleReader(source, columns), columns, budgetBytes, checkAlive);

    /// <summary>The same for examples that are made from the data, the same ones each time they are opened.</summary>
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

    /// <summary>Holds rows out, so that all statistics are of the training rows. Reads data beyond the budget once more.</summary>
    /// <param name="split">Which rows.</param>
    /// <param name="leastLearned">The smallest allowed number of training rows.</param>
    /// <returns>False, without any change, where fewer would remain or none would be held out.</returns>
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

    /// <summary>The statistics of a part of the rows.</summary>
    public ExampleStatistics Of(RowPart part) => part == RowPart.Training ? _learned : _held;

    /// <summary>The part of a row of the current block.</summary>
    /// <param name="row">Its place in the block.</param>
    /// <param name="first">The number of the block's first row.</param>
    public RowPart PartOf(int row, long first) => _split is null ? RowPart.Training : PartOf(row, first, _split);

    /// <summary>The same for another split.</summary>
    public RowPart PartOf(int row, long first, RowSplit split) => split.PartOf(first + row, _places.Count > 0 ? _places[row] : default);

    /// <summary>
    /// All rows in blocks that fit the budget, each with the number of its first row. Each block overwrites the previous one.
    /// </summary>
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

    // Held-out rows are checked too: their loss would be infinite in every epoch.
    private void CheckLabel(ReadOnlySpan<float> label)
    {
        if (!Columns.Task.IsClassification && label.ContainsAny(float.PositiveInfinity, float.NegativeInfinity))
        {
            throw new InvalidOperationException($"Label column '{Columns.Label}' has an infinite value; remove such rows.");
        }
    }
}
