using Microsoft.ML.Extensions.Training;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The difference of a head's codes between positive and negative rows: the Jensen-Shannon divergence, in bits (0 to 1), of the frequencies
/// of each code at any token, minus the median for permuted labels.
/// </summary>
/// <remarks>
/// Frequencies, not sets as in O'Neill and Bui (2024): a code that is in nearly all positive rows and a few negative ones has nearly
/// full weight, and one strong direction has as much weight as many. Without the correction heads with many codes would rank high by
/// chance.
/// </remarks>
internal static class CodeContrast
{
    private const int Shuffles = 15;

    /// <summary>The contrast of each head.</summary>
    /// <param name="codes"><c>[N, heads]</c>, row by row.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="rows">The row of each token, <c>[N]</c>.</param>
    /// <param name="isPositive">Whether each row is a positive one.</param>
    /// <param name="seed">The seed of the permuted labels.</param>
    public static double[] Nodes(int[] codes, int heads, int[] rows, IReadOnlyList<bool> isPositive, int seed)
    {
        var labelings = Labelings(isPositive, seed);
        return [.. Enumerable.Range(0, heads).Select(head => Contrast(token => codes[(token * heads) + head], rows, labelings))];
    }

    /// <summary>The contrast of pairs of codes that two heads have at one token.</summary>
    /// <returns><c>[heads, heads]</c>, symmetric, 0 where both are one head.</returns>
    public static double[,] Edges(int[] codes, int heads, int[] rows, IReadOnlyList<bool> isPositive, int seed)
    {
        var labelings = Labelings(isPositive, seed);
        var scores = new double[heads, heads];
        for (var first = 0; first < heads; first++)
        {
            for (var second = first + 1; second < heads; second++)
            {
                scores[first, second] = Contrast(
                    token => ((long)codes[(token * heads) + first] << 32) | (uint)codes[(token * heads) + second], rows, labelings);
                scores[second, first] = scores[first, second];
            }
        }
        return scores;
    }

    /// <summary>Jensen-Shannon divergence of two distributions given by counts, in bits.</summary>
    public static double JensenShannon(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double firstSum = 0, secondSum = 0;
        for (var i = 0; i < first.Length; i++)
        {
            firstSum += first[i];
            secondSum += second[i];
        }
        var divergence = 0.0;
        for (var i = 0; i < first.Length; i++)
        {
            var (p, q) = (first[i] / firstSum, second[i] / secondSum);
            divergence += Part(p, (p + q) / 2) + Part(q, (p + q) / 2);
        }
        return divergence / 2;
    }

    private static double Part(double probability, double mean) => probability > 0 ? probability * Math.Log2(probability / mean) : 0;

    private static bool[][] Labelings(IReadOnlyList<bool> isPositive, int seed) =>
    [
        [.. isPositive],
        .. Enumerable.Range(0, Shuffles).Select(index =>
        {
            var labels = isPositive.ToArray();
            new Random(SeedSequence.Derive(seed, index)).Shuffle(labels);
            return labels;
        }),
    ];

    private static double Contrast(Func<int, long> codeOf, int[] rows, bool[][] labelings)
    {
        var numbers = new Dictionary<long, int>();
        var numbered = new int[rows.Length];
        for (var token = 0; token < rows.Length; token++)
        {
            var code = codeOf(token);
            if (!numbers.TryGetValue(code, out numbered[token]))
            {
                numbers[code] = numbered[token] = numbers.Count;
            }
        }
        var divergences = labelings.Select(labels => Divergence(numbered, numbers.Count, rows, labels)).ToArray();
        return divergences[0] - divergences.Skip(1).Order().ElementAt(Shuffles / 2);
    }

    private static double Divergence(int[] codes, int count, int[] rows, bool[] isPositive)
    {
        var (positive, negative) = (new double[count], new double[count]);
        for (var token = 0; token < codes.Length; token++)
        {
            (isPositive[rows[token]] ? positive : negative)[codes[token]]++;
        }
        return JensenShannon(positive, negative);
    }
}
