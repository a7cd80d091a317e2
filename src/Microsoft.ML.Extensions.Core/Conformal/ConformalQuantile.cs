using System.Globalization;

namespace Microsoft.ML.Extensions.Conformal;

/// <summary>The threshold of split conformal prediction.</summary>
internal static class ConformalQuantile
{
    /// <summary>
    /// The smallest threshold at or below which the next score is with at least the probability asked for, if it is exchangeable with the n
    /// given: the score of rank <c>ceil((n + 1) coverage)</c> (Vovk, Gammerman, Shafer 2005; Lei et al. 2018, arXiv 1604.04173, algorithm 2).
    /// </summary>
    /// <param name="scores">How unlike its prediction each label is; sorted by this call.</param>
    /// <param name="coverage">The probability.</param>
    /// <param name="what">Whose labels, for messages.</param>
    /// <exception cref="InvalidOperationException">There are too few scores for any threshold.</exception>
    public static double Of(Span<float> scores, double coverage, string what)
    {
        var rank = (long)Math.Ceiling(((scores.Length + 1) * coverage) - Rounding);
        if (rank > scores.Length)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"{what} has {scores.Length} row{(scores.Length == 1 ? "" : "s")} with a label; a coverage of {coverage} needs at least {Least(coverage)}. Give more rows, or ask for less coverage."));
        }
        scores.Sort();
        return scores[(int)Math.Max(rank, 1) - 1];
    }

    // (n + 1) coverage of a coverage such as .9 may be a whole number but for rounding.
    private const double Rounding = 1e-9;

    private static long Least(double coverage) => (long)Math.Ceiling((coverage / (1 - coverage)) - Rounding);
}
