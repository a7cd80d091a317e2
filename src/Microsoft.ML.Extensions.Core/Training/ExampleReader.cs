using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Training;

/// <summary>The columns of an example.</summary>
/// <param name="Input">The input.</param>
/// <param name="Label">The column of labels.</param>
/// <param name="Weight">The column of weights; null where each counts the same.</param>
/// <param name="Task">The task.</param>
/// <param name="Missing">How missing values are read.</param>
/// <param name="Order">Reads the rows' places; null where they are not needed.</param>
internal sealed record ExampleColumns(
    InputColumn Input, string Label, string? Weight, TaskKind Task, MissingValues Missing, RowOrder? Order = null);

/// <summary>Reads examples one after the other.</summary>
internal interface IExampleReader : IDisposable
{
    /// <summary>The current row's label; valid until the next row.</summary>
    float[] Label { get; }

    /// <summary>The weight of the current row, above 0.</summary>
    float Weight { get; }

    /// <summary>The place of the current row.</summary>
    RowPlace Place => default;

    /// <summary>The number of rows skipped because their label is missing.</summary>
    long Missing { get; }

    bool MoveNext();

    /// <summary>The current row's input; valid until the next call.</summary>
    ReadOnlySpan<float> Input();
}

/// <summary>Reads the rows of a view that have a label and a weight above 0.</summary>
internal sealed class ExampleReader : IExampleReader
{
    private readonly TaskKind _task;
    private readonly DataViewRowCursor _cursor;
    private readonly InputReader _input;
    private readonly RowLabel _label;
    private readonly RowNumber _weight;
    private readonly Func<RowPlace>? _place;

    public ExampleReader(IDataView source, ExampleColumns columns)
    {
        var input = columns.Input.Bind(source.Schema);
        var label = source.Schema.Find(columns.Label, "Label");
        _task = columns.Task;
        _task.CheckLabel(label);
        var needed = new List<DataViewSchema.Column> { input, label };
        if (columns.Weight is not null)
        {
            needed.Add(ScalarReaders.WeightColumn(source.Schema, columns.Weight));
        }
        needed.AddRange(columns.Order?.Sources(source.Schema) ?? []);
        _cursor = source.GetRowCursor(needed);
        _input = InputReader.Create(
            _cursor, input, columns.Input, columns.Missing, InputRange.Finite(columns.Input.Channels).Needing(_task.NeededChannels(label)));
        _label = _task.LabelReader(_cursor, label);
        _weight = ScalarReaders.Weight(_cursor, columns.Weight);
        _place = columns.Order?.Reader(_cursor);
    }

    public float[] Label { get; private set; } = [];

    public float Weight { get; private set; }

    public RowPlace Place => _place?.Invoke() ?? default;

    public long Missing { get; private set; }

    /// <summary>Moves to the next row with a label and a weight above 0. Rows of weight 0 are ignored, in the statistics too.</summary>
    public bool MoveNext()
    {
        while (_cursor.MoveNext())
        {
            (Label, Weight) = (_label(), _weight());
            var isMissing = _task.IsMissing(Label);
            if (!isMissing && Weight > 0)
            {
                return true;
            }
            Missing += isMissing ? 1 : 0;
        }
        return false;
    }

    public ReadOnlySpan<float> Input() => _input.Read();

    public void Dispose() => _cursor.Dispose();
}
