using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Networks;

/// <summary>
/// Multi-head attention of a layer's weights over one row, written out: the reference of <see cref="SelfAttentionLayer"/>.
/// </summary>
internal sealed class AttentionFormula(SelfAttentionLayer layer, int heads, int width, bool causal)
{
    private readonly Dictionary<string, Array> _weights = layer.named_parameters()
        .ToDictionary(named => named.name, named => named.parameter.detach().to(ScalarType.Float64).data<double>().ToNDArray());

    public double[,] Outputs(double[,] steps)
    {
        var count = steps.GetLength(0);
        var (queries, keys, values) = (Linear("query", steps), Times((double[,])_weights["key"], null, steps), Linear("value", steps));
        var answers = new double[count, heads * width];
        for (var head = 0; head < heads; head++)
        {
            for (var asking = 0; asking < count; asking++)
            {
                var weights = Weights(queries, keys, asking, causal ? asking + 1 : count, head * width);
                for (var seen = 0; seen < weights.Length; seen++)
                {
                    for (var c = head * width; c < (head + 1) * width; c++)
                    {
                        answers[asking, c] += weights[seen] * values[seen, c];
                    }
                }
            }
        }
        return Linear("exit", answers);
    }

    private double[] Weights(double[,] queries, double[,] keys, int asking, int visible, int first)
    {
        var scores = Enumerable.Range(0, visible)
            .Select(seen => Enumerable.Range(first, width).Sum(c => queries[asking, c] * keys[seen, c]) / Math.Sqrt(width)).ToArray();
        var sum = scores.Sum(Math.Exp);
        return [.. scores.Select(score => Math.Exp(score) / sum)];
    }

    private double[,] Linear(string name, double[,] rows) =>
        Times((double[,])_weights[$"{name}.weight"], (double[])_weights[$"{name}.bias"], rows);

    private static double[,] Times(double[,] weight, double[]? bias, double[,] rows)
    {
        var result = new double[rows.GetLength(0), weight.GetLength(0)];
        for (var row = 0; row < result.GetLength(0); row++)
        {
            for (var output = 0; output < result.GetLength(1); output++)
            {
                result[row, output] = bias?[output] ?? 0;
                for (var input = 0; input < weight.GetLength(1); input++)
                {
                    result[row, output] += weight[output, input] * rows[row, input];
                }
            }
        }
        return result;
    }
}
