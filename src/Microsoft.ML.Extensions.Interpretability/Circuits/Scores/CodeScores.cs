using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// Scores of heads and pairs of heads by codes that occur only in positive examples (O'Neill and Bui 2024, arXiv 2405.12522).
/// </summary>
internal static class CodeScores
{
    /// <summary>The number of codes that each head has only in positive examples.</summary>
    /// <param name="table">The codes.</param>
    /// <param name="perCode">Whether it is divided by all codes that the head has.</param>
    public static double[] Nodes(CodeTable table, bool perCode = false)
    {
        var scores = new double[table.Heads];
        for (var head = 0; head < table.Heads; head++)
        {
            scores[head] = Unique(table, perCode, example => table[example, head]);
        }
        return scores;
    }

    /// <summary>The number of pairs of codes that two heads have together only in positive examples.</summary>
    /// <param name="table">The codes.</param>
    /// <param name="perCode">Whether it is divided by all pairs of codes that the two heads have.</param>
    /// <returns><c>[heads, heads]</c>, symmetric, 0 where both are one head.</returns>
    public static double[,] Edges(CodeTable table, bool perCode = false)
    {
        var scores = new double[table.Heads, table.Heads];
        for (var first = 0; first < table.Heads; first++)
        {
            for (var second = first + 1; second < table.Heads; second++)
            {
                scores[first, second] = Unique(table, perCode, example => Pair(table[example, first], table[example, second]));
                scores[second, first] = scores[first, second];
            }
        }
        return scores;
    }

    /// <summary>
    /// The number of the best pairs with each head, which the released code evaluates as its "edges". Of the pairs in descending
    /// order, each standing for both directions, the ends are written down one after another, and the first half of <c>heads^2</c> of them
    /// count.
    /// </summary>
    /// <param name="edges">From <see cref="Edges"/>.</param>
    public static double[] HeadsOfBestEdges(double[,] edges)
    {
        var heads = edges.GetLength(0);
        var scores = new double[heads];
        var ends = (from first in Enumerable.Range(0, heads)
                    from second in Enumerable.Range(0, heads)
                    where first != second
                    orderby edges[first, second] descending
                    select new[] { first, second }).SelectMany(pair => pair);
        foreach (var head in ends.Take(heads * heads / 2))
        {
            scores[head]++;
        }
        return scores;
    }

    /// <summary>
    /// Scores as parts of 1, <c>exp(s) / sum exp(s)</c>; the largest is taken out first, so that counts above 709 do not overflow.
    /// </summary>
    public static double[] Softmax(ReadOnlySpan<double> scores)
    {
        var parts = scores.ToArray();
        if (parts.Length == 0)
        {
            return parts;
        }
        var largest = parts.Max();
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = Math.Exp(parts[i] - largest);
        }
        var sum = parts.Sum();
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] /= sum;
        }
        return parts;
    }

    private static double Unique(CodeTable table, bool perCode, Func<int, long> codeOf)
    {
        var seen = new Dictionary<long, bool>();
        for (var example = 0; example < table.Examples; example++)
        {
            if (codeOf(example) is >= 0 and var code)
            {
                ref var inNegative = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, code, out _);
                inNegative |= !table.IsPositive[example];
            }
        }
        var unique = seen.Values.Count(inNegative => !inNegative);
        return perCode && seen.Count > 0 ? unique / (double)seen.Count : unique;
    }

    private static long Pair(int first, int second) => first < 0 || second < 0 ? -1 : ((long)first << 32) | (uint)second;
}
