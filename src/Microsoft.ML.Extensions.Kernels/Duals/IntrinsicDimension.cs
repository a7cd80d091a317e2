using System.Numerics;
using static System.FormattableString;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// Estimates the intrinsic dimension of a data set's rows: the exponent of a kernel that is Bayes-optimal
/// (<see cref="DualActivation.OptimalFor"/>).
/// </summary>
/// <remarks>
/// <para>
/// Near a row, the number of rows within a distance r grows like r^d. The maximum likelihood estimate from the distances T_1 &lt; ... &lt;
/// T_k to the k nearest other rows (Levina and Bickel 2004) is 1/d = mean over j &lt; k of log(T_k / T_j); here the mean goes over all rows
/// as well, before it is inverted (MacKay and Ghahramani 2005), which small k need. Rows that occur several times count once.
/// </para>
/// <para>
/// The two errors differ. With an exponent above d the classifier is tempered: each row has too large a weight near itself, and label noise
/// has an effect, as with the nearest neighbour. With one below d the many far rows outvote the near ones, and the classifier
/// degenerates towards a majority vote (Barzilai, Kornowski and Shamir: benign, tempered and catastrophic overfitting of interpolating
/// Nadaraya-Watson estimators). The estimate is biased low where d is large and rows are few, so <see cref="Exponent"/> rounds up.
/// </para>
/// </remarks>
public static class IntrinsicDimension
{
    /// <summary>More rows than these hardly change the mean; each is compared with all rows.</summary>
    private const int MostQueries = 1000;

    // The rows between two checks for cancellation.
    private const int Chunk = 32;

    /// <summary>
    /// The estimate from rows in memory; the distances from at most 1,000 of them, evenly spread, to all others are measured.
    /// </summary>
    /// <param name="rows">The rows one after another, [N, columns].</param>
    /// <param name="columns">Numbers of a row, at least 1.</param>
    /// <param name="neighbors">k, at least 2. The default is 10; more smooth the estimate and look further away.</param>
    /// <returns>d, above 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">columns or neighbors is too small.</exception>
    /// <exception cref="ArgumentException">
    /// The numbers do not fill whole rows, one is not finite, fewer than k + 1 rows differ, or all rows have their k nearest at equal
    /// distances.
    /// </exception>
    public static double Estimate(ReadOnlySpan<double> rows, int columns, int neighbors = 10) =>
        Estimate(rows, columns, neighbors, () => { });

    /// <summary>The same, for a fit that can be cancelled.</summary>
    /// <param name="rows">The rows one after another, [N, columns].</param>
    /// <param name="columns">Numbers of a row.</param>
    /// <param name="neighbors">k.</param>
    /// <param name="checkAlive">Throws when the computation was cancelled.</param>
    internal static double Estimate(ReadOnlySpan<double> rows, int columns, int neighbors, Action checkAlive)
    {
        Check(rows, columns, neighbors);
        var distinct = Distinct(rows, columns);
        var count = distinct.Length / columns;
        if (count <= neighbors)
        {
            throw new ArgumentException(
                $"{count} rows differ; {neighbors} neighbours of each need at least {neighbors + 1}. Choose fewer neighbours.",
                nameof(rows));
        }
        var queries = Math.Min(count, MostQueries);
        var sums = new double[queries];
        for (var start = 0; start < queries; start += Chunk)
        {
            checkAlive();
            Parallel.For(start, Math.Min(start + Chunk, queries),
                query => sums[query] = LogRatios(distinct, columns, (int)((long)query * count / queries), neighbors));
        }
        var mean = sums.Sum() / (queries * (neighbors - 1.0));
        return mean > 0
            ? 1 / mean
            : throw new ArgumentException(
                $"The {neighbors} nearest rows of each row are equally far away, which fits no dimension. Choose more neighbours.",
                nameof(rows));
    }

    /// <summary>
    /// The exponent to use for an estimate: rounded up, at least 1, and at most the dimension of the sphere that the rows lie on.
    /// </summary>
    /// <param name="estimate">What <see cref="Estimate(ReadOnlySpan{double}, int, int)"/> returned, or a guess; above 0.</param>
    /// <param name="columns">D, the numbers of a row, at least 2; unit vectors have at most D - 1 dimensions.</param>
    /// <exception cref="ArgumentOutOfRangeException">The estimate is not above 0, or columns is below 2.</exception>
    public static double Exponent(double estimate, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 2);
        return estimate > 0
            ? Math.Clamp(Math.Ceiling(estimate), 1, columns - 1)
            : throw new ArgumentOutOfRangeException(nameof(estimate), Invariant($"The estimate is {estimate}; a dimension is above 0."));
    }

    private static void Check(ReadOnlySpan<double> rows, int columns, int neighbors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbors, 2);
        if (rows.Length % columns != 0)
        {
            throw new ArgumentException($"{rows.Length} numbers do not fill whole rows of {columns}.", nameof(rows));
        }
        for (var i = 0; i < rows.Length; i++)
        {
            if (!double.IsFinite(rows[i]))
            {
                throw new ArgumentException(
                    Invariant($"Column {i % columns} of row {i / columns} is {rows[i]}; it must be a finite number."), nameof(rows));
            }
        }
    }

    /// <summary>The rows that differ, sorted.</summary>
    private static double[] Distinct(ReadOnlySpan<double> rows, int columns)
    {
        var values = rows.ToArray();
        var order = Enumerable.Range(0, values.Length / columns).ToArray();
        Array.Sort(order, (left, right) => Row(values, left, columns).SequenceCompareTo(Row(values, right, columns)));
        var kept = new List<double>(values.Length);
        for (var i = 0; i < order.Length; i++)
        {
            if (i == 0 || Row(values, order[i], columns).SequenceCompareTo(Row(values, order[i - 1], columns)) != 0)
            {
                kept.AddRange(Row(values, order[i], columns));
            }
        }
        return [.. kept];
    }

    /// <summary>sum over j &lt; k of log(T_k / T_j) for one row.</summary>
    private static double LogRatios(double[] rows, int columns, int query, int neighbors)
    {
        var nearest = new PriorityQueue<double, double>(neighbors + 1);
        var self = Row(rows, query, columns);
        for (var other = 0; other < rows.Length / columns; other++)
        {
            var distance = other == query ? double.PositiveInfinity : SquaredDistance(self, Row(rows, other, columns));
            if (nearest.Count < neighbors)
            {
                nearest.Enqueue(distance, -distance);
            }
            else if (distance < nearest.Peek())
            {
                nearest.EnqueueDequeue(distance, -distance);
            }
        }
        var farthest = nearest.Dequeue();
        return nearest.UnorderedItems.Sum(item => 0.5 * Math.Log(farthest / item.Element));
    }

    private static double SquaredDistance(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var (lane, sum, i) = (Vector<double>.Zero, 0.0, 0);
        for (; i <= left.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var difference = new Vector<double>(left[i..]) - new Vector<double>(right[i..]);
            lane += difference * difference;
        }
        for (; i < left.Length; i++)
        {
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        }
        return sum + Vector.Sum(lane);
    }

    private static ReadOnlySpan<double> Row(double[] rows, int row, int columns) => rows.AsSpan(row * columns, columns);
}
