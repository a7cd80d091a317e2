namespace Microsoft.ML.Extensions.Numerics.Attention;

/// <summary>
/// The reference in double precision: forward the recurrence of Feng et al. 2024 (arXiv 2405.13956), backward the derivative of a softmax
/// written out, pair by pair. Written for readability; every fast path is tested against it. Shapes are those of
/// <see cref="AttentionData"/>.
/// </summary>
internal static class SequentialAttention
{
    /// <summary>o_t for all t, [B, T, Heads, W].</summary>
    public static double[] Forward(AttentionShape shape, double[] scores, double[] values, int[] lengths)
    {
        var outputs = new double[shape.ValueCount];
        foreach (var (row, head) in Heads(shape))
        {
            var (largest, weight, sums) = (double.NegativeInfinity, 0.0, new double[shape.HeadChannels]);
            for (var t = 0; t < lengths[row]; t++)
            {
                var place = Place(shape, row, head, t);
                var next = Math.Max(largest, scores[place]);
                var (kept, fresh) = (Math.Exp(largest - next), Math.Exp(scores[place] - next));
                (largest, weight) = (next, (weight * kept) + fresh);
                for (var i = 0; i < sums.Length; i++)
                {
                    sums[i] = (sums[i] * kept) + (values[(place * sums.Length) + i] * fresh);
                    outputs[(place * sums.Length) + i] = sums[i] / weight;
                }
            }
        }
        return outputs;
    }

    /// <summary>dL/ds and dL/dv from dL/do, [B, T, Heads, W].</summary>
    public static (double[] Scores, double[] Values) Backward(
        AttentionShape shape, double[] scores, double[] values, int[] lengths, double[] gradOutputs)
    {
        var (outputs, width) = (Forward(shape, scores, values, lengths), shape.HeadChannels);
        var (gradScores, gradValues) = (new double[shape.ScoreCount], new double[shape.ValueCount]);
        foreach (var (row, head) in Heads(shape))
        {
            for (var t = 0; t < lengths[row]; t++)
            {
                var query = Place(shape, row, head, t);
                var weights = Softmax([.. Enumerable.Range(0, t + 1).Select(i => scores[Place(shape, row, head, i)])]);
                for (var i = 0; i <= t; i++)
                {
                    var key = Place(shape, row, head, i);
                    for (var j = 0; j < width; j++)
                    {
                        var gradient = weights[i] * gradOutputs[(query * width) + j];
                        gradValues[(key * width) + j] += gradient;
                        gradScores[key] += gradient * (values[(key * width) + j] - outputs[(query * width) + j]);
                    }
                }
            }
        }
        return (gradScores, gradValues);
    }

    private static double[] Softmax(double[] scores)
    {
        var largest = scores.Max();
        var weights = Array.ConvertAll(scores, score => Math.Exp(score - largest));
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    private static IEnumerable<(int Row, int Head)> Heads(AttentionShape shape) =>
        from row in Enumerable.Range(0, shape.Batch)
        from head in Enumerable.Range(0, shape.Heads)
        select (row, head);

    private static int Place(AttentionShape shape, int row, int head, int t) => (((row * shape.Steps) + t) * shape.Heads) + head;
}
