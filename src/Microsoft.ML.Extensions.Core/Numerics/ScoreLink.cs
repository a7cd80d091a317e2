namespace Microsoft.ML.Extensions.Numerics;

/// <summary>
/// Turns least-squares estimates of the classes' probabilities into logits. It is increasing and the same for all classes, so it changes no
/// predicted class.
/// </summary>
/// <remarks>
/// <para>With the width 0 a logit is the score times the factor: temperature scaling (Guo, Pleiss, Sun, Weinberger 2017, arXiv
/// 1706.04599).</para>
/// <para>With a width w above 0 a logit is <c>factor log(softplus(score / w))</c>. For a small w and the factor 1 the probabilities are the
/// scores, which is right where rows repeat and scores are frequencies; for a large w it is temperature scaling again.</para>
/// </remarks>
/// <param name="Factor">Above 0.</param>
/// <param name="Width">0 or above.</param>
internal readonly record struct ScoreLink(double Factor, double Width)
{
    // Beyond this, 1 + exp(x) rounds to 1 or to exp(x) in double precision.
    private const double Far = 36;

    /// <summary>Makes logits of scores, in place.</summary>
    /// <param name="scores">Row after row.</param>
    /// <param name="outputs">The scores per row; a single score, from -1 for no to 1 for yes, becomes the logit of yes.</param>
    public void Apply(Span<double> scores, int outputs)
    {
        foreach (ref var score in scores)
        {
            score = Factor * (outputs == 1 ? OfDifference(score, Width) : OfShare(score, Width));
        }
    }

    /// <summary>The logit of a class for a factor of 1.</summary>
    public static double OfShare(double score, double width) => width == 0 ? score : LogSoftplus(score / width);

    /// <summary>The logit of yes for a factor of 1, of a score that is the difference of the shares of yes and no.</summary>
    public static double OfDifference(double score, double width) =>
        width == 0 ? score : OfShare((1 + score) / 2, width) - OfShare((1 - score) / 2, width);

    private static double LogSoftplus(double x) => x < -Far ? x : Math.Log(x > Far ? x : LogOfOnePlus(Math.Exp(x)));

    // Kahan's log1p: the rounding error of the sum cancels between logarithm and divisor.
    private static double LogOfOnePlus(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }
}
