using System.Numerics.Tensors;

namespace Microsoft.ML.Extensions.Numerics;

/// <summary>Finds the <see cref="ScoreLink"/> with the least logarithmic loss on scores of left-out rows.</summary>
/// <remarks>
/// Targets are smoothed a little, as in Platt (1999), so that the slope stays finite where every row is right.
/// </remarks>
internal static class ScoreCalibration
{
    private const double Least = 1e-2;
    private const double Most = 1e3;
    private const int Steps = 60;

    // Above 1 only the factor would change; below 0.01 a share of 0 is rarer than the rows can show.
    private static readonly double[] Widths = [0, 1, 0.3, 0.1, 0.03, 0.01];

    /// <summary>The link, and the mean logarithmic loss under it.</summary>
    /// <param name="scores"><c>[n, c]</c>; a single score per row is a binary one.</param>
    /// <param name="targets"><c>[n, c]</c>: the classes' shares, or from -1 for no to 1 for yes.</param>
    /// <param name="weights"><c>[n]</c>.</param>
    /// <param name="rows">The number of rows that were read, which these may group.</param>
    public static (ScoreLink Link, double Loss) Fit(double[] scores, double[] targets, double[] weights, int rows)
    {
        var outputs = scores.Length / weights.Length;
        var shares = outputs == 1 ? Smoothed(Pairs(targets), 2, rows) : Smoothed(targets, outputs, rows);
        return Widths.Select(width => Fit(Logits(scores, outputs, width), shares, weights, width)).MinBy(fit => fit.Loss);
    }

    /// <summary>The link of width 0 for logits of classes: temperature scaling.</summary>
    /// <inheritdoc cref="Fit(double[], double[], double[], int)"/>
    public static (ScoreLink Link, double Loss) FitFactor(double[] logits, double[] targets, double[] weights, int rows) =>
        Fit(logits, Smoothed(targets, logits.Length / weights.Length, rows), weights, width: 0);

    private static double[] Smoothed(double[] shares, int classes, int rows)
    {
        var smoothed = (double[])shares.Clone();
        var smoothing = 1.0 / (rows + 2);
        TensorPrimitives.Multiply(smoothed, 1 - smoothing, smoothed);
        TensorPrimitives.Add(smoothed, smoothing / classes, smoothed);
        return smoothed;
    }

    private static double[] Pairs(double[] signs) => [.. signs.SelectMany(sign => new[] { (1 + sign) / 2, (1 - sign) / 2 })];

    private static double[] Logits(double[] scores, int outputs, double width) => outputs == 1
        ? [.. scores.SelectMany(score => new[] { ScoreLink.OfDifference(score, width), 0 })]
        : [.. scores.Select(score => ScoreLink.OfShare(score, width))];

    // The loss is convex in the factor, so its slope has one zero: Newton's steps, or bisection where they would leave the bracket.
    private static (ScoreLink Link, double Loss) Fit(double[] logits, double[] shares, double[] weights, double width)
    {
        var (low, high, factor) = (Least, Most, 1.0);
        var found = Evaluate(factor, logits, shares, weights);
        for (var i = 0; i < Steps && high - low > 1e-9 * high; i++)
        {
            (low, high) = found.Slope < 0 ? (factor, high) : (low, factor);
            var next = factor - (found.Slope / found.Curvature);
            next = next > low && next < high ? next : Math.Sqrt(low * high);
            var still = Math.Abs(next - factor) <= 1e-10 * factor;
            factor = next;
            found = Evaluate(factor, logits, shares, weights);
            if (still)
            {
                break;
            }
        }
        return (new ScoreLink(factor, width), found.Loss);
    }

    private static (double Loss, double Slope, double Curvature) Evaluate(double factor, double[] logits, double[] shares, double[] weights)
    {
        var classes = logits.Length / weights.Length;
        var (loss, slope, curvature) = (0.0, 0.0, 0.0);
        for (var row = 0; row < weights.Length; row++)
        {
            var own = logits.AsSpan(row * classes, classes);
            var aims = shares.AsSpan(row * classes, classes);
            var best = TensorPrimitives.Max<double>(own);
            var (sum, mean, square, aimed) = (0.0, 0.0, 0.0, 0.0);
            for (var k = 0; k < classes; k++)
            {
                var below = own[k] - best;
                var power = Math.Exp(factor * below);
                sum += power;
                mean += power * below;
                square += power * below * below;
                aimed += aims[k] * below;
            }
            (mean, square) = (mean / sum, square / sum);
            loss += weights[row] * (Math.Log(sum) - (factor * aimed));
            slope += weights[row] * (mean - aimed);
            curvature += weights[row] * (square - (mean * mean));
        }
        var total = weights.Sum();
        return (loss / total, slope / total, curvature / total);
    }
}
