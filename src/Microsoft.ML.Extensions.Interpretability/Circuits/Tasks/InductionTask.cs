namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Examples of <see cref="CircuitTasks.Induction"/>.</summary>
internal sealed class InductionTask
{
    private readonly int _vocabulary;
    private readonly int _length;
    private readonly int _part;
    private readonly int _copies;
    private readonly int? _start;

    public InductionTask(int vocabulary, int length, int part, int copies, int? start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(part, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(copies, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(start ?? 0, nameof(start));
        var ahead = start is null ? 0 : 1;
        if (length - ahead < (long)part * copies)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), length,
                    $"{copies} copies of {part} tokens{(ahead == 1 ? " and the start" : "")} do not fit in; give {((long)part * copies) + ahead} or more.");
        }
        var needed = length - ahead + (start < vocabulary ? 1 : 0);
        if (vocabulary < needed)
        {
            throw new ArgumentOutOfRangeException(
                nameof(vocabulary), vocabulary, $"A row of {length} tokens without repetition needs {needed} or more to draw from.");
        }
        (_vocabulary, _length, _part, _copies, _start) = (vocabulary, length, part, copies, start);
    }

    public TaskPair Pair(Random random)
    {
        int[] all = [.. Enumerable.Range(0, _vocabulary).Where(token => token != _start)];
        random.Shuffle(all);
        int[] negative = _start is { } start ? [start, .. all[..(_length - 1)]] : all[.._length];
        int[] positive = [.. negative];
        var places = Places(random);
        var targets = new List<CircuitTarget>();
        foreach (var place in places.Skip(1))
        {
            negative.AsSpan(places[0], _part).CopyTo(positive.AsSpan(place));
            targets.AddRange(Enumerable.Range(place, _part - 1).Select(step => new CircuitTarget(step, positive[step + 1])));
        }
        return TaskPair.Of(positive, negative, targets);
    }

    // Where the copies begin: each token that is in none falls into one of the gaps with equal chance.
    private int[] Places(Random random)
    {
        var ahead = _start is null ? 0 : 1;
        var gaps = new int[_copies + 1];
        for (var i = ahead + (_part * _copies); i < _length; i++)
        {
            gaps[random.Next(gaps.Length)]++;
        }
        return [.. Enumerable.Range(0, _copies).Select(copy => ahead + gaps[..(copy + 1)].Sum() + (copy * _part))];
    }
}
