namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>What the classes and probabilities of scored rows say.</summary>
/// <param name="rows">The rows: a class from 0, and the probabilities of the classes.</param>
/// <param name="classes">The number of classes.</param>
internal sealed class ClassCounts(IReadOnlyList<ScoredRow> rows, int classes)
{
    // The logarithm of 0 is no loss, so a row that is surely wrong has that of the least probability of single precision.
    private const double LeastProbability = 1e-38;

    /// <summary>The class with the highest probability.</summary>
    public static int Predicted(ScoredRow row) => Array.IndexOf(row.Score, row.Score.Max());

    /// <summary>The loss of a row in nats.</summary>
    public static double Loss(ScoredRow row) => -Math.Log(Math.Max(row.Score[Own(row)], LeastProbability));

    /// <summary>The class of a row.</summary>
    public static int Own(ScoredRow row) => (int)row.Label[0];

    /// <summary>The rows of each class (first) that are predicted as each class (second).</summary>
    public int[,] Confusion { get; } = Count(rows, classes);

    public double Accuracy { get; } = rows.Count(row => Predicted(row) == Own(row)) / (double)rows.Count;

    public double LogLoss { get; } = rows.Average(Loss);

    /// <summary>The part of the rows that are of the most frequent class, which needs no model.</summary>
    public double MajorityShare { get; } = rows.GroupBy(Own).Max(group => group.Count()) / (double)rows.Count;

    /// <summary>The mean over the classes that occur of the part of their rows that is found.</summary>
    public double MacroAccuracy => Enumerable.Range(0, classes).Where(own => Support(own) > 0).Average(Recall);

    public int Support(int own) => Enumerable.Range(0, classes).Sum(other => Confusion[own, other]);

    /// <summary>The part of the rows of a class that is predicted as it; NaN where there are none.</summary>
    public double Recall(int own) => Confusion[own, own] / (double)Support(own);

    /// <summary>The part of the rows predicted as a class that is of it; NaN where there are none.</summary>
    public double Precision(int own) => Confusion[own, own] / (double)Enumerable.Range(0, classes).Sum(other => Confusion[other, own]);

    /// <summary>The harmonic mean of precision and recall, from counts; NaN where the class neither occurs nor is predicted.</summary>
    public double F1(int own) =>
        2.0 * Confusion[own, own] / (Support(own) + Enumerable.Range(0, classes).Sum(other => Confusion[other, own]));

    /// <summary>
    /// The part of the other classes' rows (x) and of a class's own rows (y) above each threshold; rows of equal probability are one step. Empty where one of both has no rows.
    /// </summary>
    public IReadOnlyList<(double X, double Y)> Roc(int own)
    {
        var positive = Support(own);
        var negative = rows.Count - positive;
        if (positive == 0 || negative == 0)
        {
            return [];
        }
        var points = new List<(double, double)> { (0, 0) };
        var (hits, alarms) = (0, 0);
        foreach (var equal in rows.GroupBy(row => row.Score[own]).OrderByDescending(group => group.Key))
        {
            hits += equal.Count(row => Own(row) == own);
            alarms += equal.Count(row => Own(row) != own);
            points.Add((alarms / (double)negative, hits / (double)positive));
        }
        return points;
    }

    /// <summary>The area under <see cref="Roc"/>; NaN where it is empty.</summary>
    public double Auc(int own)
    {
        var points = Roc(own);
        return points.Count == 0 ? double.NaN
            : points.Zip(points.Skip(1), (a, b) => (b.X - a.X) * (a.Y + b.Y) / 2).Sum();
    }

    /// <summary>
    /// The rows by their highest probability, in so many parts of equal width: its mean, the part of them that is right, and their number. Parts without rows are left out.
    /// </summary>
    public IReadOnlyList<(double Probability, double Accuracy, int Rows)> Calibration(int parts) =>
    [
        .. rows.GroupBy(row => Math.Min(parts - 1, (int)(row.Score.Max() * parts))).OrderBy(group => group.Key)
            .Select(group => (group.Average(row => (double)row.Score.Max()), group.Average(row => Predicted(row) == Own(row) ? 1.0 : 0), group.Count())),
    ];

    /// <summary>The mean distance of probability and accuracy in <see cref="Calibration"/> by rows (expected calibration error).</summary>
    public double CalibrationError(int parts) =>
        Calibration(parts).Sum(part => part.Rows * Math.Abs(part.Probability - part.Accuracy)) / rows.Count;

    private static int[,] Count(IReadOnlyList<ScoredRow> rows, int classes)
    {
        var counts = new int[classes, classes];
        foreach (var row in rows)
        {
            counts[Own(row), Predicted(row)]++;
        }
        return counts;
    }
}
