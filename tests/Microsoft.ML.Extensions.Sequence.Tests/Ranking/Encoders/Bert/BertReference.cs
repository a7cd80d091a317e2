namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking.Encoders.Bert;

/// <summary>
/// BERT as a formula after the other, for one text: Devlin et al. 2018, arXiv 1810.04805, section 3; Vaswani et al. 2017, arXiv 1706.03762,
/// section 3.
/// </summary>
internal sealed class BertReference(
    IReadOnlyDictionary<string, (long[] Shape, float[] Values)> weights, int heads, double epsilon, Func<double, double> activation)
{
    /// <summary>The vectors of a text's tokens.</summary>
    public double[][] Forward(int[] ids)
    {
        var tokens = ids.Select((id, place) => Norm("embeddings.LayerNorm",
            Sum(Sum(Row("embeddings.word_embeddings", id), Row("embeddings.position_embeddings", place)),
                Row("embeddings.token_type_embeddings", 0)))).ToArray();
        for (var layer = 0; weights.ContainsKey($"encoder.layer.{layer}.output.dense.bias"); layer++)
        {
            tokens = Layer($"encoder.layer.{layer}", tokens);
        }
        return tokens;
    }

    private double[][] Layer(string name, double[][] tokens)
    {
        var queries = tokens.Select(token => Linear($"{name}.attention.self.query", token)).ToArray();
        var keys = tokens.Select(token => Linear($"{name}.attention.self.key", token)).ToArray();
        var values = tokens.Select(token => Linear($"{name}.attention.self.value", token)).ToArray();
        return [.. tokens.Select((token, place) =>
        {
            var seen = Linear($"{name}.attention.output.dense", Attend(queries[place], keys, values));
            var middle = Norm($"{name}.attention.output.LayerNorm", Sum(seen, token));
            var inner = Linear($"{name}.intermediate.dense", middle).Select(activation).ToArray();
            return Norm($"{name}.output.LayerNorm", Sum(Linear($"{name}.output.dense", inner), middle));
        })];
    }

    private double[] Attend(double[] query, double[][] keys, double[][] values)
    {
        var width = query.Length / heads;
        var seen = new double[query.Length];
        for (var head = 0; head < heads; head++)
        {
            var range = new Range(head * width, (head + 1) * width);
            var scores = keys.Select(key => Math.Exp(query[range].Zip(key[range], (q, k) => q * k).Sum() / Math.Sqrt(width))).ToArray();
            for (var place = 0; place < width; place++)
            {
                seen[(head * width) + place] = scores.Select((score, token) => score * values[token][(head * width) + place])
                    .Sum() / scores.Sum();
            }
        }
        return seen;
    }

    private double[] Linear(string name, double[] input)
    {
        var bias = weights[$"{name}.bias"].Values;
        return [.. bias.Select((start, output) => start + Row(name, output).Zip(input, (weight, value) => weight * value).Sum())];
    }

    private double[] Norm(string name, double[] input)
    {
        var mean = input.Average();
        var variance = input.Average(value => (value - mean) * (value - mean));
        return [.. input.Select((value, place) =>
            ((value - mean) / Math.Sqrt(variance + epsilon) * weights[$"{name}.weight"].Values[place])
                + weights[$"{name}.bias"].Values[place])];
    }

    private double[] Row(string name, int row)
    {
        var (shape, values) = weights[$"{name}.weight"];
        return [.. values.Skip(row * (int)shape[1]).Take((int)shape[1]).Select(value => (double)value)];
    }

    private static double[] Sum(double[] one, double[] other) => [.. one.Zip(other, (a, b) => a + b)];
}
