using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Models;

/// <summary>A transformer in plain loops and double precision, for one row without padding: the reference of the model.</summary>
internal sealed class HandTransformer(TransformerModel model)
{
    private readonly TransformerConfig _config = model.Config;
    private readonly Dictionary<string, double[]> _weights = model.WeightNames.ToDictionary(name => name, name =>
    {
        using var scope = NewDisposeScope();
        return model.Weight(name).to_type(ScalarType.Float64).contiguous().data<double>().ToArray();
    });

    private int KeyHeads => _config.KeyValueHeads == 0 ? _config.Heads : _config.KeyValueHeads;

    private int Outputs => _config.Outputs == 0 ? _config.Vocabulary : _config.Outputs;

    /// <summary>Logits, position by position.</summary>
    /// <param name="tokens">The row.</param>
    /// <param name="changeHead">
    /// Replaces what a head adds at a position (layer, position, head, the vector of width D); null for no change.
    /// </param>
    public double[] Logits(int[] tokens, Action<int, int, int, double[]>? changeHead = null)
    {
        var width = _config.ModelWidth;
        var stream = tokens.Select((token, t) => Enumerable.Range(0, width).Select(d =>
            _weights["embed.W_E"][(token * width) + d]
            + (_config.Positions == TransformerPositions.Learned ? Place(t, d) : 0)).ToArray()).ToArray();
        for (var layer = 0; layer < _config.Layers; layer++)
        {
            Attend(layer, stream, changeHead);
            if (_config.MlpWidth > 0)
            {
                Array.ForEach(stream, step => Widen(layer, step));
            }
        }
        return [.. stream.SelectMany(step => Unembed(Normal(step, "ln_final")))];
    }

    private double Place(int t, int d) => _weights["pos_embed.W_pos"][(t * _config.ModelWidth) + d];

    private void Attend(int layer, double[][] stream, Action<int, int, int, double[]>? changeHead)
    {
        var (count, width, head) = (stream.Length, _config.ModelWidth, _config.HeadWidth);
        var normal = stream.Select(step => Normal(step, $"blocks.{layer}.ln1")).ToArray();
        var placed = _config.Positions == TransformerPositions.Shortformer
            ? normal.Select((step, t) => step.Select((value, d) => value + Place(t, d)).ToArray()).ToArray()
            : normal;
        for (var h = 0; h < _config.Heads; h++)
        {
            var shared = h / (_config.Heads / KeyHeads);
            var queries = placed.Select((step, t) => Turn(Project(layer, "Q", h, step), t)).ToArray();
            var keys = placed.Select((step, t) => Turn(Project(layer, "K", shared, step), t)).ToArray();
            var values = normal.Select(step => Project(layer, "V", shared, step)).ToArray();
            for (var t = 0; t < count; t++)
            {
                var seen = _config.Causal ? t + 1 : count;
                var weights = Enumerable.Range(0, seen)
                    .Select(s => Math.Exp(queries[t].Zip(keys[s], (a, b) => a * b).Sum() / Math.Sqrt(head))).ToArray();
                var result = new double[width];
                for (var s = 0; s < seen; s++)
                {
                    for (var w = 0; w < head; w++)
                    {
                        for (var d = 0; d < width; d++)
                        {
                            result[d] += weights[s] / weights.Sum() * values[s][w] * _weights[$"blocks.{layer}.attn.W_O"][(
                                ((h * head) + w) * width) + d];
                        }
                    }
                }
                changeHead?.Invoke(layer, t, h, result);
                for (var d = 0; d < width; d++)
                {
                    stream[t][d] += result[d];
                }
            }
        }
        foreach (var step in stream)
        {
            for (var d = 0; d < width; d++)
            {
                step[d] += _weights[$"blocks.{layer}.attn.b_O"][d];
            }
        }
    }

    private double[] Project(int layer, string letter, int head, double[] step)
    {
        var (matrix, bias) = (_weights[$"blocks.{layer}.attn.W_{letter}"], _weights[$"blocks.{layer}.attn.b_{letter}"]);
        return [.. Enumerable.Range(0, _config.HeadWidth).Select(w => bias[(head * _config.HeadWidth) + w]
            + step.Select((value, d) => value * matrix[(((head * step.Length) + d) * _config.HeadWidth) + w]).Sum())];
    }

    private double[] Turn(double[] vector, int t)
    {
        if (_config.Positions != TransformerPositions.Rotary)
        {
            return vector;
        }
        var half = vector.Length / 2;
        var turned = new double[vector.Length];
        for (var i = 0; i < half; i++)
        {
            var angle = t / Math.Pow(_config.RotaryBase, 2.0 * i / vector.Length);
            turned[i] = (vector[i] * Math.Cos(angle)) - (vector[i + half] * Math.Sin(angle));
            turned[i + half] = (vector[i + half] * Math.Cos(angle)) + (vector[i] * Math.Sin(angle));
        }
        return turned;
    }

    private void Widen(int layer, double[] step)
    {
        var normal = Normal(step, $"blocks.{layer}.ln2");
        var inner = new double[_config.MlpWidth];
        for (var m = 0; m < inner.Length; m++)
        {
            var value = _weights[$"blocks.{layer}.mlp.b_in"][m] + Column(normal, $"blocks.{layer}.mlp.W_in", m, inner.Length);
            inner[m] = _config.GatedMlp ? Active(Column(normal, $"blocks.{layer}.mlp.W_gate", m, inner.Length)) * value : Active(value);
        }
        for (var d = 0; d < step.Length; d++)
        {
            step[d] += _weights[$"blocks.{layer}.mlp.b_out"][d] + Column(inner, $"blocks.{layer}.mlp.W_out", d, step.Length);
        }
    }

    private double[] Unembed(double[] normal) => [.. Enumerable.Range(0, Outputs).Select(o => _weights["unembed.b_U"][o]
        + (_config.TiedEmbeddings
            ? normal.Select((value, d) => value * _weights["embed.W_E"][(o * normal.Length) + d]).Sum()
            : Column(normal, "unembed.W_U", o, Outputs)))];

    private double Column(double[] input, string matrix, int column, int columns) =>
        input.Select((value, i) => value * _weights[matrix][(i * columns) + column]).Sum();

    private double Active(double x) => _config.Activation switch
    {
        TransformerActivation.Relu => Math.Max(x, 0),
        TransformerActivation.Silu => x / (1 + Math.Exp(-x)),
        TransformerActivation.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        _ => x * NormalDistribution(x),
    };

    // Simpson's rule from 0, exact to 1e-12 for |x| below 6.
    private static double NormalDistribution(double x)
    {
        const int Parts = 2000;
        var sum = 0.0;
        for (var i = 0; i <= Parts; i++)
        {
            var z = x * i / Parts;
            sum += (i is 0 or Parts ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-z * z / 2);
        }
        return 0.5 + (sum * x / Parts / 3 / Math.Sqrt(2 * Math.PI));
    }

    private double[] Normal(double[] step, string name)
    {
        if (_config.Norm == TransformerNorm.None)
        {
            return [.. step];
        }
        var isLayerNorm = _config.Norm is TransformerNorm.LayerNorm or TransformerNorm.LayerNormPre;
        var mean = isLayerNorm ? step.Average() : 0;
        var scale = Math.Sqrt(step.Average(value => (value - mean) * (value - mean)) + _config.NormEpsilon);
        return [.. step.Select((value, d) => ((value - mean) / scale * (_weights.TryGetValue($"{name}.w", out var w) ? w[d] : 1))
            + (_weights.TryGetValue($"{name}.b", out var b) ? b[d] : 0))];
    }
}
