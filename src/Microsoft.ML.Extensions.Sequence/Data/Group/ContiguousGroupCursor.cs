namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Holds one group at a time; the input cursor stands on the first row of the next.</summary>
internal sealed class ContiguousGroupCursor(GroupBinding binding, DataViewRowCursor input, List<DataViewSchema.Column> needed)
    : GroupCursor(binding, input, needed)
{
    private const string Remedy = $"sort the data by group, or set {nameof(SequenceGroupOptions.Contiguous)} to false";

    private bool _started;
    private bool _isOnRow;
    private int _number = -1;

    protected override int Slot => 0;

    protected override int Number => _number;

    protected override GroupSteps Steps { get; } = new(binding.Channels);

    protected override bool Advance()
    {
        if (!_started)
        {
            _started = true;
            _isOnRow = Input.MoveNext() && Numbers.StartsGroup(Remedy);
        }
        if (!_isOnRow)
        {
            return false;
        }
        _number++;
        Steps.Clear();
        Add(Steps, 0, _number, isFirst: true);
        while ((_isOnRow = Input.MoveNext()) && !Numbers.StartsGroup(Remedy))
        {
            Add(Steps, 0, _number, isFirst: false);
        }
        return true;
    }
}
