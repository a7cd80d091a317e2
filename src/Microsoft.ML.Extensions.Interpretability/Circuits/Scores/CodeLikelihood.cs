namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The log-likelihood ratio of a positive row by the codes of a circuit's heads: the mean over its tokens of
/// <c>sum_h log p_h(code | positive) / p_h(code | negative)</c>, in nats; above 0 for codes that are more frequent in positive rows. Heads
/// are assumed independent; half a token is added to every count.
/// </summary>
internal sealed class CodeLikelihood
{
    private const double Added = 0.5;

    // [heads of the circuit, features + 1]; the first for no code.
    private readonly double[][] _ratios;
    private readonly int[] _heads;

    /// <param name="heads">The circuit's heads, counted over all layers.</param>
    /// <param name="ratios">For each of them the logarithm for no code, and for each code.</param>
    public CodeLikelihood(int[] heads, double[][] ratios) => (_heads, _ratios) = (heads, ratios);

    /// <summary>The circuit's heads.</summary>
    public IReadOnlyList<int> Heads => _heads;

    /// <summary>The logarithms of each of them.</summary>
    public IReadOnlyList<double[]> Ratios => _ratios;

    /// <summary>Learns the frequencies.</summary>
    /// <param name="codes"><c>[N, all heads]</c>, row by row.</param>
    /// <param name="allHeads">All heads.</param>
    /// <param name="features">Features.</param>
    /// <param name="rows">The row of each token.</param>
    /// <param name="isPositive">Whether each row is a positive one.</param>
    /// <param name="heads">The circuit's heads.</param>
    public static CodeLikelihood Learn(int[] codes, int allHeads, int features, int[] rows, IReadOnlyList<bool> isPositive, int[] heads)
    {
        var ratios = heads.Select(head =>
        {
            var (positive, negative) = (new double[features + 1], new double[features + 1]);
            for (var token = 0; token < rows.Length; token++)
            {
                (isPositive[rows[token]] ? positive : negative)[codes[(token * allHeads) + head] + 1]++;
            }
            var (all, none) = (positive.Sum() + (Added * positive.Length), negative.Sum() + (Added * negative.Length));
            return positive.Zip(negative, (p, q) => Math.Log((p + Added) / all) - Math.Log((q + Added) / none)).ToArray();
        });
        return new CodeLikelihood(heads, [.. ratios]);
    }

    /// <summary>The value of rows.</summary>
    /// <param name="codes"><c>[N, all heads]</c>, row by row.</param>
    /// <param name="allHeads">All heads.</param>
    /// <param name="rows">The row of each token.</param>
    /// <param name="rowCount">Rows.</param>
    public double[] Activations(int[] codes, int allHeads, int[] rows, int rowCount)
    {
        var (sums, counts) = (new double[rowCount], new int[rowCount]);
        for (var token = 0; token < rows.Length; token++)
        {
            counts[rows[token]]++;
            for (var i = 0; i < _heads.Length; i++)
            {
                sums[rows[token]] += _ratios[i][codes[(token * allHeads) + _heads[i]] + 1];
            }
        }
        return [.. sums.Zip(counts, (sum, count) => sum / count)];
    }
}
