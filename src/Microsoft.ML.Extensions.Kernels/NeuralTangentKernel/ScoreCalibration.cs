namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// The one number by which scores become logits, chosen on scores of rows that were left out: temperature scaling (Guo, Pleiss, Sun,
/// Weinberger 2017, arXiv 1706.04599). It changes no predicted class.
/// </summary>
/// <remarks>
/// Least squares on indicators estimates probabilities themselves, so that the scores' differences are right where they are 0 and only their
/// slope is to be found. Targets are smoothed a little, as Platt (1999) does, so that rows that are all right do not ask for an infinite slope.
/// </remarks>
internal static class ScoreCalibration
{
    private const double Least = 1e-2;
    private const double Most = 1e3;

    /// <summary>The factor, and the mean logarithmic loss under it.</summary>
    /// <param name="scores"><c>[n, c]</c>; one score a row tells yes or no.</param>
    /// <param name="targets"><c>[n, c]</c>: the classes' shares, or from -1 for no to 1 for yes.</param>
    /// <param name="weights"><c>[n]</c>.</param>
    public static (double Factor, double Loss) Fit(double[] scores, double[] targets, double[] weights)
    {
        // The loss is convex in the factor, so its slope has one zero.
        var (low, high) = (Math.Log(Least), Math.Log(Most));
        for (var i = 0; i < 40; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Evaluate(Math.Exp(middle), scores, targets, weights).Slope < 0 ? (middle, high) : (low, middle);
        }
        var factor = Math.Exp((low + high) / 2);
        return (factor, Evaluate(factor, scores, targets, weights).Loss);
    }

    private static (double Loss, double Slope) Evaluate(double factor, double[] scores, double[] targets, double[] weights)
    {
        var outputs = scores.Length / weights.Length;
        var (loss, slope) = (0.0, 0.0);
        for (var row = 0; row < weights.Length; row++)
        {
            var (rowLoss, rowSlope) = outputs == 1
                ? Row(factor, [scores[row], 0], [(1 + targets[row]) / 2, (1 - targets[row]) / 2], weights.Length)
                : Row(factor, scores.AsSpan(row * outputs, outputs), targets.AsSpan(row * outputs, outputs), weights.Length);
            loss += weights[row] * rowLoss;
            slope += weights[row] * rowSlope;
        }
        var total = weights.Sum();
        return (loss / total, slope / total);
    }

    private static (double Loss, double Slope) Row(double factor, ReadOnlySpan<double> scores, ReadOnlySpan<double> shares, int rows)
    {
        var best = System.Numerics.Tensors.TensorPrimitives.Max(scores);
        var (sum, mean, aimed) = (0.0, 0.0, 0.0);
        var smoothing = 1.0 / (rows + 2);
        for (var i = 0; i < scores.Length; i++)
        {
            var power = Math.Exp(factor * (scores[i] - best));
            sum += power;
            mean += power * scores[i];
            aimed += (((1 - smoothing) * shares[i]) + (smoothing / scores.Length)) * scores[i];
        }
        return (Math.Log(sum) + (factor * (best - aimed)), (mean / sum) - aimed);
    }
}
