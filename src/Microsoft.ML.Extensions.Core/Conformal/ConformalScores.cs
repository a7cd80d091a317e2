using System.Globalization;

namespace Microsoft.ML.Extensions.Conformal;

/// <summary>How unlike its prediction each class of a row is.</summary>
internal static class ConformalScores
{
    /// <summary>By how much sums of probabilities in Single may differ from 1.</summary>
    public const float Rounding = 1e-3f;

    /// <summary>The classes from the most to the least probable; equal ones by number.</summary>
    public static int[] Order(ReadOnlySpan<float> probabilities)
    {
        var values = probabilities.ToArray();
        return [.. Enumerable.Range(0, values.Length).OrderByDescending(kind => values[kind])];
    }

    /// <summary>The scores of all classes, <c>[K]</c>.</summary>
    /// <param name="probabilities"><c>[K]</c>.</param>
    /// <param name="order">The classes from the most to the least probable.</param>
    /// <param name="method">Which score.</param>
    public static float[] Of(ReadOnlySpan<float> probabilities, int[] order, ConformalSetMethod method)
    {
        var scores = new float[probabilities.Length];
        if (method == ConformalSetMethod.LeastAmbiguous)
        {
            for (var kind = 0; kind < scores.Length; kind++)
            {
                scores[kind] = 1 - probabilities[kind];
            }
            return scores;
        }
        var sum = 0.0;
        for (var place = 0; place < order.Length;)
        {
            var (first, probability) = (place, probabilities[order[place]]);
            for (; place < order.Length && probabilities[order[place]] == probability; place++)
            {
                sum += probability;
            }
            foreach (var kind in order.AsSpan(first, place - first))
            {
                scores[kind] = (float)sum;
            }
        }
        return scores;
    }

    /// <exception cref="InvalidDataException">The values are no probabilities.</exception>
    public static void Check(ReadOnlySpan<float> probabilities, string column, long row)
    {
        var sum = 0.0;
        foreach (var probability in probabilities)
        {
            sum += probability is >= 0 and <= 1 + Rounding ? probability : double.NaN;
        }
        if (!(Math.Abs(sum - 1) <= Rounding))
        {
            var first = probabilities[..Math.Min(probabilities.Length, 5)].ToArray().Select(value => value.ToString(CultureInfo.InvariantCulture));
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"Score column '{column}', row {row}: [{string.Join(", ", first)}{(probabilities.Length > 5 ? ", ..." : "")}] are no probabilities; allowed are numbers of 0 to 1 with the sum 1. Take a trainer that gives probabilities."));
        }
    }
}
