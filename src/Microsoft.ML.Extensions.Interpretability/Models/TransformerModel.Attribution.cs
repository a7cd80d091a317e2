using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

public sealed partial class TransformerModel
{
    /// <summary>Direct logit attribution at each row's last token.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="outputs">For each row the output whose logit is decomposed.</param>
    /// <param name="against">For each row the output whose logit is subtracted; null for none.</param>
    /// <exception cref="ArgumentException">
    /// The number of outputs differs from that of rows, or an output does not exist; and as for Run.
    /// </exception>
    public LogitAttribution AttributeLogits(TokenBatch batch, IReadOnlyList<int> outputs, IReadOnlyList<int>? against = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        CheckOutputs(batch, outputs, nameof(outputs));
        if (against is not null)
        {
            CheckOutputs(batch, against, nameof(against));
        }
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var stream = new HookPoint(HookKind.ResidualPost, Config.Layers - 1);
        using var cache = Run(batch, [.. AttributedPoints(), stream]);
        var (direction, constant) = Direction(outputs);
        if (against is not null)
        {
            var (other, otherConstant) = Direction(against);
            (direction, constant) = (direction.Minus(other), constant.Minus(otherConstant));
        }
        var last = tensor(batch.LastIndices, device: Device);
        var scaled = Scaled(Last(cache[stream], last), direction);
        var parts = Contributions(cache, last, scaled, constant).ToArray();
        return new LogitAttribution([.. parts.Select(part => part.Name)], Table(parts, batch.Rows));
    }

    private IEnumerable<HookPoint> AttributedPoints()
    {
        yield return new HookPoint(HookKind.Embedding);
        if (Config.Positions == TransformerPositions.Learned)
        {
            yield return new HookPoint(HookKind.PositionEmbedding);
        }
        for (var layer = 0; layer < Config.Layers; layer++)
        {
            yield return new HookPoint(HookKind.HeadOutput, layer);
            if (Config.HasMlp)
            {
                yield return new HookPoint(HookKind.MlpOutput, layer);
            }
        }
    }

    private IEnumerable<(string Name, Tensor Values)> Contributions(ActivationCache cache, Tensor last, Tensor direction, Tensor constant)
    {
        yield return ("embed", (Last(cache[HookKind.Embedding], last) * direction).sum(1));
        if (Config.Positions == TransformerPositions.Learned)
        {
            yield return ("pos_embed", (Last(cache[HookKind.PositionEmbedding], last) * direction).sum(1));
        }
        for (var layer = 0; layer < Config.Layers; layer++)
        {
            var weights = _weights.Layers[layer];
            var perHead = einsum("bhw,dhw,bd->bh", Last(cache[HookKind.HeadOutput, layer], last),
                weights.Output.unflatten(1, [Config.Heads, Config.HeadWidth]), direction);
            for (var head = 0; head < Config.Heads; head++)
            {
                yield return ($"L{layer}H{head}", perHead.select(1, head));
            }
            constant = constant.Plus((direction * weights.OutputBias).sum(1));
            if (Config.HasMlp)
            {
                yield return ($"mlp{layer}", (Last(cache[HookKind.MlpOutput, layer], last) * direction).sum(1));
            }
        }
        yield return ("bias", constant);
    }

    // The factor of a row's normalised stream, [B, D], and the offset, [B].
    private (Tensor Direction, Tensor Constant) Direction(IReadOnlyList<int> outputs)
    {
        var indices = tensor(outputs.Select(output => (long)output).ToArray(), device: Device);
        var direction = _weights.UnembedMatrix.index_select(0, indices);
        var constant = _weights[TransformerWeights.UnembedBias].index_select(0, indices);
        if (_weights.Find($"{TransformerWeights.FinalNorm}.b") is { } bias)
        {
            constant = constant.Plus((direction * bias).sum(1));
        }
        return (_weights.Find($"{TransformerWeights.FinalNorm}.w") is { } weight ? direction * weight : direction, constant);
    }

    // The product with a centred part is the product with the centred direction.
    private Tensor Scaled(Tensor stream, Tensor direction)
    {
        if (Config.Norm == TransformerNorm.None)
        {
            return direction;
        }
        using var epsilon = Config.NormEpsilon.ToScalar();
        var centres = Config.Norm is TransformerNorm.LayerNorm or TransformerNorm.LayerNormPre;
        var centred = centres ? stream.Minus(stream.mean([1], keepdim: true)) : stream;
        var scale = (centred * centred).mean([1], keepdim: true).Plus(epsilon).rsqrt();
        return (centres ? direction.Minus(direction.mean([1], keepdim: true)) : direction) * scale;
    }

    private static Tensor Last(Tensor activation, Tensor last) => activation.flatten(0, 1).index_select(0, last);

    private static double[,] Table((string Name, Tensor Values)[] parts, int rows)
    {
        var table = new double[parts.Length, rows];
        for (var i = 0; i < parts.Length; i++)
        {
            var values = parts[i].Values.to_type(ScalarType.Float64).cpu().contiguous().data<double>();
            for (var row = 0; row < rows; row++)
            {
                table[i, row] = values[row];
            }
        }
        return table;
    }

    private void CheckOutputs(TokenBatch batch, IReadOnlyList<int> outputs, string name)
    {
        ArgumentNullException.ThrowIfNull(outputs, name);
        if (outputs.Count != batch.Rows)
        {
            throw new ArgumentException($"{outputs.Count} outputs were given for {batch.Rows} rows; give one for each.", name);
        }
        for (var row = 0; row < outputs.Count; row++)
        {
            if (outputs[row] < 0 || outputs[row] >= Config.Logits)
            {
                throw new ArgumentException(
                    $"Row {row} asks for output {outputs[row]}; the model has outputs 0 to {Config.Logits - 1}.", name);
            }
        }
    }
}
