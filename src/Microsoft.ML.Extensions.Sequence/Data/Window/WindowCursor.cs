using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads rows into a ring and stops where a window, and the row that its label comes from, are complete.</summary>
internal sealed class WindowCursor : TableCursor
{
    private const string Remedy = "sort the data by group, and within a group by time";

    private readonly WindowBinding _binding;
    private readonly DataViewRowCursor _input;
    private readonly GroupNumbers? _groups;
    private readonly TimeAxis? _axis;
    private readonly Func<long> _time = () => 0;
    private readonly ConcatenatedValues? _values;
    private readonly float[] _ring = [];
    private readonly bool[] _added;
    private readonly int _ringRows;
    private readonly int _keptRows;
    private readonly Dictionary<int, ColumnMemory> _kept = [];
    private readonly Delegate? _label;
    private long _rows;
    private long _rowsInGroup;
    private long _series;
    private long _missing;
    private long _inGap;
    private bool _waits;

    public WindowCursor(WindowBinding binding, DataViewRowCursor input, List<DataViewSchema.Column> needed)
        : base(binding.Output, needed)
    {
        _binding = binding;
        _input = input;
        _ringRows = binding.Options.Length + binding.Options.Ahead;
        _keptRows = binding.Options.Ahead + 1;
        _added = new bool[_ringRows];
        if (binding.Time is { } time)
        {
            (_axis, _time) = (new TimeAxis(binding.Options, time), TimeColumn.Create(input, time));
        }
        _groups = binding.Group is { } group ? GroupNumbers.Create(input, group) : null;
        foreach (var column in needed.Where(column => column.Index < binding.PlaceIndex))
        {
            _kept[column.Index] = ColumnMemory.Create(input, binding.Input[column.Index]);
        }
        if (binding.NeedsValues(needed))
        {
            _values = new ConcatenatedValues(input, binding.Inputs);
            _ring = new float[_ringRows * binding.Channels];
        }
        if (binding.Target is not null && needed.Any(column => column.Index == binding.LabelIndex))
        {
            _kept[binding.LabelIndex] = ColumnMemory.Create(input, binding.Target!.Value);
            _label = _kept[binding.LabelIndex].Getter(() => (int)((_rows - 1) % _keptRows));
        }
    }

    protected override bool Advance()
    {
        while (_waits || _input.MoveNext())
        {
            if (!_waits)
            {
                FindPlace();
            }
            _waits = _missing > 0;
            if (_waits)
            {
                AddMissing();
            }
            else
            {
                Add();
            }
            if (EndsWindow())
            {
                return true;
            }
        }
        return false;
    }

    protected override Delegate Getter(int column)
    {
        if (column == _binding.PlaceIndex)
        {
            return (ValueGetter<VBuffer<long>>)Place;
        }
        if (column == _binding.WindowIndex)
        {
            return (ValueGetter<VBuffer<float>>)Window;
        }
        if (column == _binding.LabelIndex)
        {
            return _label ?? (ValueGetter<VBuffer<float>>)Ahead;
        }
        return _kept[column].Getter(() => (int)((_rows - _keptRows) % _keptRows));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _input.Dispose();
        }
        base.Dispose(disposing);
    }

    // Where in its series the row is that the input is on, and how many steps the series lacks before it.
    private void FindPlace()
    {
        if (_groups?.StartsGroup(Remedy) == true)
        {
            BeginSeries();
            _axis?.Restart();
        }
        (_missing, _inGap) = (_axis?.Move(_time(), () => FormattableString.Invariant($"Row {_input.Position}")) ?? 0, 0);
        if (_axis?.BeganAnew == true)
        {
            BeginSeries();
        }
    }

    private void BeginSeries()
    {
        _rowsInGroup = 0;
        _series++;
    }

    // No window reaches over a gap longer than the ring, so only its first and last steps are added one by one.
    private void AddMissing()
    {
        if (_inGap == _ringRows && _missing > _ringRows)
        {
            var skipped = _missing - _ringRows;
            (_rows, _rowsInGroup, _missing) = (_rows + skipped, _rowsInGroup + skipped, _ringRows);
        }
        if (_values is not null)
        {
            var row = _ring.AsSpan((int)(_rows % _ringRows) * _binding.Channels, _binding.Channels);
            row.Fill(float.NaN);
            WriteCalendar(row, _axis!.Last!.Value - (_missing * _axis.Step));
        }
        _added[_rows % _ringRows] = true;
        _missing--;
        _inGap++;
        _rows++;
        _rowsInGroup++;
    }

    private void WriteCalendar(Span<float> row, long time) =>
        Calendar.Write(_binding.Options.Calendar, time, row[^Calendar.Width(_binding.Options.Calendar)..]);

    private void Add()
    {
        foreach (var memory in _kept.Values)
        {
            memory.Store((int)(_rows % _keptRows));
        }
        if (_values is not null)
        {
            var row = _ring.AsSpan((int)(_rows % _ringRows) * _binding.Channels, _binding.Channels);
            _values.Read().CopyTo(row);
            WriteCalendar(row, _axis?.Last ?? 0);
        }
        _added[_rows % _ringRows] = false;
        _rows++;
        _rowsInGroup++;
    }

    private bool EndsWindow()
    {
        var start = _rowsInGroup - _ringRows;
        // A window has the other columns of its last row, which an added row does not have.
        return start >= 0 && start % _binding.Options.Stride == 0 && !_added[(_rows - 1 - _binding.Options.Ahead) % _ringRows];
    }

    /// <summary>The number of the series and of its row at which the window begins.</summary>
    private void Place(ref VBuffer<long> place)
    {
        var editor = VBufferEditor.Create(ref place, 2);
        (editor.Values[0], editor.Values[1]) = (_series, _rowsInGroup - _ringRows);
        place = editor.Commit();
    }

    /// <summary>The ring from its oldest row on, without the rows after the window, which provide only the known channels.</summary>
    private void Window(ref VBuffer<float> window)
    {
        var (length, channels, known) = (_binding.Options.Length, _binding.Channels, _binding.Known);
        var editor = VBufferEditor.Create(ref window, length * channels);
        for (var step = 0; step < length; step++)
        {
            var target = editor.Values.Slice(step * channels, channels);
            Row(step)[..^known].CopyTo(target);
            if (known > 0)
            {
                Row(step + _binding.Options.Horizon)[^known..].CopyTo(target[^known..]);
            }
        }
        window = editor.Commit();
    }

    /// <summary>The values to forecast, in the rows after the window.</summary>
    private void Ahead(ref VBuffer<float> label)
    {
        var (horizon, width) = (_binding.Options.Horizon, _binding.Forecast);
        var editor = VBufferEditor.Create(ref label, horizon * width);
        for (var step = 0; step < horizon; step++)
        {
            Row(_binding.Options.Length + step)[..width].CopyTo(editor.Values[(step * width)..]);
        }
        label = editor.Commit();
    }

    // The channels of the row at this offset from the window's first.
    private Span<float> Row(int place) =>
        _ring.AsSpan((int)((_rows + place) % _ringRows) * _binding.Channels, _binding.Channels);
}
