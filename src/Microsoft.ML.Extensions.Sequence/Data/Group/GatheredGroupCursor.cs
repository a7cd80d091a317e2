namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads all rows first, then returns the groups in the order of their first rows.</summary>
internal sealed class GatheredGroupCursor(GroupBinding binding, DataViewRowCursor input, List<DataViewSchema.Column> needed)
    : GroupCursor(binding, input, needed)
{
    private readonly List<GroupSteps> _groups = [];
    private int _number = -1;

    protected override int Slot => _number;

    protected override int Number => _number;

    protected override GroupSteps Steps => _groups[_number];

    protected override bool Advance()
    {
        if (_number < 0)
        {
            Gather();
        }
        return ++_number < _groups.Count;
    }

    private void Gather()
    {
        while (Input.MoveNext())
        {
            var number = Numbers.Read();
            var isFirst = number == _groups.Count;
            if (isFirst)
            {
                _groups.Add(new GroupSteps(Binding.Channels));
            }
            Add(_groups[number], number, number, isFirst);
        }
    }
}
