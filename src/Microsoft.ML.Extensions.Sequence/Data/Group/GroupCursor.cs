using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Returns a row for each group, which is stored in a slot: in the only one where groups are consecutive, in its own where all are
/// gathered.
/// </summary>
internal abstract class GroupCursor : TableCursor
{
    private readonly ConcatenatedValues? _values;
    private readonly Func<long>? _time;
    private readonly Dictionary<int, ColumnMemory> _kept = [];

    protected GroupCursor(GroupBinding binding, DataViewRowCursor input, List<DataViewSchema.Column> needed)
        : base(binding.Output, needed)
    {
        Binding = binding;
        Input = input;
        Numbers = GroupNumbers.Create(input, binding.Id);
        foreach (var column in needed.Where(column => column.Index < binding.SequenceIndex))
        {
            _kept[column.Index] = ColumnMemory.Create(input, binding.Passed[column.Index]);
        }
        if (needed.Any(column => column.Index == binding.SequenceIndex))
        {
            _values = new ConcatenatedValues(input, binding.Values);
            _time = binding.Time is { } time ? TimeColumn.Create(input, time) : null;
        }
    }

    protected GroupBinding Binding { get; }

    protected DataViewRowCursor Input { get; }

    protected GroupNumbers Numbers { get; }

    /// <summary>The slot of the current group.</summary>
    protected abstract int Slot { get; }

    /// <summary>The number of the current group.</summary>
    protected abstract int Number { get; }

    /// <summary>The steps of the current group.</summary>
    protected abstract GroupSteps Steps { get; }

    /// <summary>Adds the current input row to a group.</summary>
    protected void Add(GroupSteps steps, int slot, int number, bool isFirst)
    {
        foreach (var (column, memory) in _kept)
        {
            Keep(column, memory, slot, number, isFirst);
        }
        if (_values is null)
        {
            return;
        }
        if (_time is null)
        {
            steps.Add(_values.Read());
            return;
        }
        steps.Add(_time(), _values.Read());
    }

    protected override Delegate Getter(int column)
    {
        if (column != Binding.SequenceIndex)
        {
            return _kept[column].Getter(() => Slot);
        }
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> sequence) => Steps.InOrder(OnDuplicate).CopyInto(ref sequence));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Input.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Keep(int column, ColumnMemory memory, int slot, int number, bool isFirst)
    {
        if (isFirst)
        {
            memory.Store(slot);
        }
        else if (Binding.Options.VaryingColumns == VaryingColumns.Error && !memory.IsStored(slot))
        {
            throw new InvalidOperationException(
                $"Column '{Binding.Passed[column].Name}' has different values in group {Numbers.Describe(number)} (row {Input.Position}); "
                + $"drop the column, or set {nameof(SequenceGroupOptions.VaryingColumns)} to {nameof(VaryingColumns.KeepFirst)}.");
        }
    }

    private void OnDuplicate(long time)
    {
        if (Binding.Options.DuplicateTimes == DuplicateTimes.Error)
        {
            throw new InvalidOperationException(
                $"Group {Numbers.Describe(Number)} has two rows at time {TimeColumn.Describe(time, Binding.Time!.Value)}; "
                + $"remove one, or set {nameof(SequenceGroupOptions.DuplicateTimes)} to {nameof(DuplicateTimes.KeepLast)}.");
        }
    }
}
