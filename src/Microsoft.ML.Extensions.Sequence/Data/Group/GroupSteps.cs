using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The steps of one group in the order of the data; gives them in the order of time.</summary>
internal sealed class GroupSteps(int channels)
{
    private readonly List<long> _times = [];
    private readonly List<float> _values = [];

    /// <summary>Adds a step of a group whose data is in order.</summary>
    public void Add(ReadOnlySpan<float> values) => _values.AddRange(values);

    public void Add(long time, ReadOnlySpan<float> values)
    {
        _times.Add(time);
        _values.AddRange(values);
    }

    public void Clear()
    {
        _times.Clear();
        _values.Clear();
    }

    /// <summary>The sequence, [T, C].</summary>
    /// <param name="duplicate">Called for two equal times: returns to keep the later row, or throws.</param>
    public ReadOnlySpan<float> InOrder(Action<long> duplicate)
    {
        var values = CollectionsMarshal.AsSpan(_values);
        if (IsIncreasing())
        {
            return values;
        }
        var order = Enumerable.Range(0, _times.Count).OrderBy(step => _times[step]).ToArray();
        var ordered = new float[values.Length];
        var count = 0;
        for (var i = 0; i < order.Length; i++)
        {
            if (i + 1 < order.Length && _times[order[i]] == _times[order[i + 1]])
            {
                duplicate(_times[order[i]]);
                continue;
            }
            values.Slice(order[i] * channels, channels).CopyTo(ordered.AsSpan(count * channels));
            count++;
        }
        return ordered.AsSpan(0, count * channels);
    }

    private bool IsIncreasing()
    {
        for (var i = 1; i < _times.Count; i++)
        {
            if (_times[i] <= _times[i - 1])
            {
                return false;
            }
        }
        return true;
    }
}
