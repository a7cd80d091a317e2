using System.Globalization;
using Microsoft.ML.Extensions.Columns;

namespace Microsoft.ML.Extensions.Tasks;

/// <summary>
/// Statistics of the labels: the number of rows, the count of each class, mean and deviation of each of a label's numbers. A number that
/// is missing (NaN) is not counted.
/// </summary>
internal sealed class LabelStatistics
{
    private readonly List<long> _counts = [];
    private long[] _known = [0];
    private double[] _mean = [0];
    private double[] _squares = [0];

    /// <summary>The number of rows with a label.</summary>
    public long Rows { get; private set; }

    /// <summary>The mean of the label, or of its first number.</summary>
    public double Mean => _mean[0];

    /// <summary>The deviation of the label, or of its first number.</summary>
    public double StandardDeviation => Deviation(0);

    /// <summary>The mean of each of a label's numbers.</summary>
    public IReadOnlyList<double> Means => _mean;

    /// <summary>The deviation of each of a label's numbers.</summary>
    public IReadOnlyList<double> StandardDeviations => [.. Enumerable.Range(0, _squares.Length).Select(Deviation)];

    /// <summary>How often each of a label's numbers is known.</summary>
    public IReadOnlyList<long> Known => _known;

    /// <summary>How many numbers of labels are missing.</summary>
    public long MissingNumbers => _known.Sum(known => Rows - known);

    public IReadOnlyList<long> ClassCounts => _counts;

    public void Add(ReadOnlySpan<float> label, bool isClass)
    {
        if (Rows == 0)
        {
            (_known, _mean, _squares) = (new long[label.Length], new double[label.Length], new double[label.Length]);
        }
        Rows++;
        for (var i = 0; i < label.Length; i++)
        {
            if (float.IsNaN(label[i]))
            {
                continue;
            }
            var difference = label[i] - _mean[i];
            _mean[i] += difference / ++_known[i];
            _squares[i] += difference * (label[i] - _mean[i]);
        }
        if (isClass)
        {
            Count((int)label[0]);
        }
    }

    private double Deviation(int number) => _known[number] > 0 ? Math.Sqrt(_squares[number] / _known[number]) : 0;

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
