using System.Globalization;
using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>
/// Statistics of the labels: the number of rows, the count of each class, mean and deviation of each of a label's numbers.
/// </summary>
internal sealed class LabelStatistics
{
    private readonly List<long> _counts = [];
    private double[] _mean = [0];
    private double[] _squares = [0];

    /// <summary>The number of rows with a label.</summary>
    public long Rows { get; private set; }

    /// <summary>The mean of the label, or of its first number.</summary>
    public double Mean => _mean[0];

    /// <summary>The deviation of the label, or of its first number.</summary>
    public double StandardDeviation => Deviation(_squares[0]);

    /// <summary>The mean of each of a label's numbers.</summary>
    public IReadOnlyList<double> Means => _mean;

    /// <summary>The deviation of each of a label's numbers.</summary>
    public IReadOnlyList<double> StandardDeviations => [.. _squares.Select(Deviation)];

    public IReadOnlyList<long> ClassCounts => _counts;

    public void Add(ReadOnlySpan<float> label, bool isClass)
    {
        if (Rows == 0)
        {
            (_mean, _squares) = (new double[label.Length], new double[label.Length]);
        }
        Rows++;
        for (var i = 0; i < label.Length; i++)
        {
            var difference = label[i] - _mean[i];
            _mean[i] += difference / Rows;
            _squares[i] += difference * (label[i] - _mean[i]);
        }
        if (isClass)
        {
            Count((int)label[0]);
        }
    }

    private double Deviation(double squares) => Rows > 0 ? Math.Sqrt(squares / Rows) : 0;

    private void Count(int index)
    {
        if (index >= SizeLimits.MaxKeys)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"Class {index + 1L:n0} cannot be counted; {SizeLimits.MaxKeys:n0} classes are possible."));
        }
        while (_counts.Count <= index)
        {
            _counts.Add(0);
        }
        _counts[index]++;
    }
}
