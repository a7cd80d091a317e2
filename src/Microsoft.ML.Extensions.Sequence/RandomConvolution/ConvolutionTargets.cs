using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Numerics;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The targets of a ridge regression, and the error of its left-out predictions.</summary>
/// <param name="Values">An indicator per class, 1 or -1 for a binary label, or a standardised number, <c>[N, K]</c>.</param>
/// <param name="Weights">The weights of the rows, <c>[N]</c>; their mean over all rows is 1.</param>
/// <param name="Unseen">The classes of which there is no row, <c>[K]</c>.</param>
/// <param name="AreClasses">Whether these are classes.</param>
internal sealed record ConvolutionTargets(double[] Values, double[] Weights, bool[] Unseen, bool AreClasses)
{
    // The score of a class without rows: below a certain no by the distance of no and yes.
    private const double Never = -1;

    private static readonly double[] Tried = [1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10];

    private int Outputs => Unseen.Length;

    /// <summary>The targets of the training rows.</summary>
    public static ConvolutionTargets Of(ConvolutionRows rows)
    {
        var head = rows.Head;
        var values = new double[SizeLimits.Product("The targets of all rows", rows.Count, head.Outputs)];
        for (var row = 0; row < rows.Count; row++)
        {
            head.SetTargets(rows.Store.Label(rows.Places[row]), values.AsSpan(row * head.Outputs, head.Outputs));
        }
        var counts = rows.ClassCounts;
        return new ConvolutionTargets(
            values, [.. rows.Places.Select(place => rows.Store.Weight(place) / rows.MeanWeight)],
            [.. Enumerable.Range(0, head.Outputs)
                .Select(output => head.Outputs > 1 && counts.Count > 0 && (output >= counts.Count || counts[output] == 0))],
            counts.Count > 0);
    }

    /// <summary>The targets of some rows.</summary>
    public ConvolutionTargets Part(int[] rows) => rows.Length == Weights.Length ? this : this with
    {
        Values = [.. rows.SelectMany(row => Values[(row * Outputs)..((row + 1) * Outputs)])],
        Weights = [.. rows.Select(row => Weights[row])],
    };

    /// <summary>
    /// The penalties to choose from. An infinite one gives the mean; it is used only for numbers, since it makes all classes' scores equal.
    /// </summary>
    /// <param name="given">The penalty of the options; null for none.</param>
    public double[] Penalties(double? given) => given is { } one ? [one] : AreClasses ? Tried : [.. Tried, double.PositiveInfinity];

    /// <summary>
    /// The fit under the best penalty, the link of its scores, and its error on rows left out: the log-loss of classes, the squared error
    /// of numbers.
    /// </summary>
    /// <exception cref="InvalidOperationException">No penalty is large enough for a solution.</exception>
    public (RidgeFit Fit, ScoreLink? Link, double Loss) Best(LeaveOneOutRidge ridge, double[] penalties)
    {
        (RidgeFit Fit, ScoreLink? Link, double Loss)? best = null;
        foreach (var penalty in penalties)
        {
            if (ridge.Fit(penalty) is { } fit)
            {
                var (link, loss) = Judge(fit.LeftOut);
                // The mean is replaced only by a solution that is better by more than a standard error.
                var isBetter = best is not { } other
                    || (double.IsPositiveInfinity(penalty) ? loss <= other.Loss + StandardError(other.Fit.LeftOut, fit.LeftOut)
                        : loss < other.Loss);
                best = isBetter ? (fit, link, loss) : best;
            }
        }
        return best ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
            $"The system of the features is not positive definite with a Ridge of {penalties[^1]:g3}; set a larger one, or null, which chooses."));
    }

    /// <summary>Sets the scores of classes without rows so low that no row is assigned to them.</summary>
    /// <param name="values">Constants <c>[K]</c>, or outputs <c>[N, K]</c>.</param>
    public void SetUnseen(double[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Unseen[i % Outputs] ? Never : values[i];
        }
    }

    private (ScoreLink? Link, double Loss) Judge(double[] leftOut)
    {
        if (!AreClasses)
        {
            return (null, leftOut.Select((value, i) => Weights[i] * Math.Pow(value - Values[i], 2)).Sum() / Weights.Sum());
        }
        double[] scores = [.. leftOut.Select((value, i) => Unseen[i % Outputs] ? Never : value)];
        return ScoreCalibration.Fit(scores, Values, Weights, Weights.Length);
    }

    // The standard error of the difference of two mean squared errors over the same rows.
    private double StandardError(double[] left, double[] right)
    {
        var total = Weights.Sum();
        double[] differences = [.. left.Select((value, i) => Math.Pow(value - Values[i], 2) - Math.Pow(right[i] - Values[i], 2))];
        var mean = differences.Select((value, i) => Weights[i] * value).Sum() / total;
        return Math.Sqrt(differences.Select((value, i) => Math.Pow(Weights[i] * (value - mean), 2)).Sum()) / total;
    }
}
