namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The best of many matches, kept in a heap whose root is the worst of them.</summary>
internal sealed class TopMatches(int count)
{
    private static readonly Comparer<VectorMatch> WorstFirst = Comparer<VectorMatch>.Create((one, other) =>
        one.Score != other.Score ? one.Score.CompareTo(other.Score) : string.CompareOrdinal(other.Id, one.Id));

    private readonly PriorityQueue<VectorMatch, VectorMatch> _kept = new(WorstFirst);

    public void Add(string id, float score)
    {
        var match = new VectorMatch(id, score);
        if (_kept.Count < count)
        {
            _kept.Enqueue(match, match);
        }
        else if (count > 0 && score >= _kept.Peek().Score && WorstFirst.Compare(match, _kept.Peek()) > 0)
        {
            _kept.DequeueEnqueue(match, match);
        }
    }

    /// <summary>The matches, the best first; equal scores by ordinal order of names.</summary>
    public VectorMatch[] Sorted()
    {
        var sorted = new VectorMatch[_kept.Count];
        for (var place = sorted.Length - 1; place >= 0; place--)
        {
            sorted[place] = _kept.Dequeue();
        }
        return sorted;
    }
}
