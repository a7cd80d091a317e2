namespace Microsoft.ML.Extensions.Tasks;

/// <summary>What one pass over the labels tells: how many rows, how often each class, mean and spread.</summary>
internal sealed class LabelStatistics
{
    private readonly List<long> _counts = [];
    private double _mean;
    private double _squares;

    /// <summary>Rows with a label.</summary>
    public long Rows { get; private set; }

    public double Mean => _mean;

    public double StandardDeviation => Rows > 0 ? Math.Sqrt(_squares / Rows) : 0;

    public IReadOnlyList<long> ClassCounts => _counts;

    public void Add(float label, bool isClass)
    {
        Rows++;
        var difference = label - _mean;
        _mean += difference / Rows;
        _squares += difference * (label - _mean);
        if (isClass)
        {
            Count((int)label);
        }
    }

    private void Count(int index)
    {
        while (_counts.Count <= index)
        {
            _counts.Add(0);
        }
        _counts[index]++;
    }
}
