using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>One run of a transformer over a batch, up to the last recorded activation.</summary>
/// <remarks>
/// Each part has two implementations. The fused one has one product for all heads and libtorch's blockwise attention; it is used where no
/// inner activation is recorded or changed. Otherwise the explicit one computes every activation. Both agree up to rounding.
/// </remarks>
internal sealed class TransformerPass
{
    private readonly TransformerConfig _config;
    private readonly TransformerWeights _weights;
    private readonly TokenBatch _batch;
    private readonly ActivationHooks _hooks;
    private readonly bool _gradients;

    // [B, 1, 1, T] of the keys that a query may attend to, or [T, T]; null where all are.
    private Tensor? _visible;
    private Tensor? _placed;
    private RotaryPositions? _rotary;

    public TransformerPass(
        TransformerConfig config, TransformerWeights weights, TokenBatch batch, IEnumerable<HookPoint> recorded,
        IEnumerable<Intervention> interventions, bool gradients)
    {
        (_config, _weights, _batch, _gradients) = (config, weights, batch, gradients);
        _hooks = new ActivationHooks(recorded, interventions, batch.Lengths);
    }

    public ActivationCache Run()
    {
        using var scope = NewDisposeScope();
        using var mode = set_grad_enabled(_gradients);
        try
        {
            Compute();
            return _hooks.Cache;
        }
        catch
        {
            _hooks.Cache.Dispose();
            throw;
        }
    }

    private void Compute()
    {
        Prepare();
        var stream = Embedded();
        var needsEnd = _hooks.NeedEnd;
        var layers = needsEnd ? _config.Layers : _hooks.Layers;
        for (var layer = 0; layer < layers; layer++)
        {
            // Temporary tensors of a layer are freed with it; recorded tensors belong to the cache and to no scope.
            using var scope = NewDisposeScope();
            stream = Layer(layer, stream).MoveToOuterDisposeScope();
        }
        if (needsEnd)
        {
            Finish(stream);
        }
    }

    private void Prepare()
    {
        var steps = _batch.Steps;
        if (_config.Causal)
        {
            _visible = ones(steps, steps, ScalarType.Bool, _weights.Device).tril();
        }
        else if (!_batch.IsFull)
        {
            var marks = new bool[_batch.Rows * steps];
            for (var row = 0; row < _batch.Rows; row++)
            {
                marks.AsSpan(row * steps, _batch.Lengths[row]).Fill(true);
            }
            _visible = tensor(marks, device: _weights.Device).view(_batch.Rows, 1, 1, steps);
        }
        if (_config.Positions == TransformerPositions.Rotary)
        {
            _rotary = new RotaryPositions(_config, steps, _weights.Type, _weights.Device);
        }
    }

    private Tensor Embedded()
    {
        var tokens = tensor(_batch.Padded, device: _weights.Device);
        var embedding = _weights[TransformerWeights.Embed].index_select(0, tokens).view(_batch.Rows, _batch.Steps, _config.ModelWidth);
        if (_gradients && !embedding.requires_grad)
        {
            embedding.requires_grad_();
        }
        var stream = _hooks.Pass(HookKind.Embedding, embedding);
        if (!_config.HasPositionEmbedding)
        {
            return stream;
        }
        var places = _weights[TransformerWeights.PositionEmbed].narrow(0, 0, _batch.Steps).unsqueeze(0).expand(stream.shape);
        var placed = _hooks.Pass(HookKind.PositionEmbedding, places);
        if (_config.Positions == TransformerPositions.Learned)
        {
            return stream.Plus(placed);
        }
        _placed = placed;
        return stream;
    }

    private Tensor Layer(int layer, Tensor stream)
    {
        var weights = _weights.Layers[layer];
        stream = _hooks.Pass(HookKind.ResidualPre, stream, layer);
        stream = stream.Plus(_hooks.Pass(HookKind.AttentionOutput, Attention(layer, weights, stream), layer));
        if (_config.HasMlp)
        {
            stream = _hooks.Pass(HookKind.ResidualMid, stream, layer);
            // A view (an alias is the same tensor to autograd), so that a gradient with respect to the MLP's input excludes the residual
            // connection.
            var input = _hooks.Pass(HookKind.MlpInput, _hooks.IsSeen(HookKind.MlpInput, layer) ? stream.view(stream.shape) : stream, layer);
            stream = stream.Plus(_hooks.Pass(HookKind.MlpOutput, Mlp(layer, weights, input), layer));
        }
        return _hooks.Pass(HookKind.ResidualPost, stream, layer);
    }

    private Tensor Attention(int layer, TransformerLayerWeights weights, Tensor stream)
    {
        Tensor? shared = null;
        Tensor Normal() => shared ??= Normalized(stream, weights.Norm1Weight, weights.Norm1Bias);

        var query = Rotated(_hooks.Pass(
            HookKind.Query, Projected(layer, weights, HookKind.QueryInput, weights.Query, stream, Normal), layer));
        var key = Rotated(_hooks.Pass(HookKind.Key, Projected(layer, weights, HookKind.KeyInput, weights.Key, stream, Normal), layer));
        var value = _hooks.Pass(HookKind.Value, Projected(layer, weights, HookKind.ValueInput, weights.Value, stream, Normal), layer);
        var outputs = Attended(layer, query.transpose(1, 2), ForAllHeads(key), ForAllHeads(value)).transpose(1, 2);
        outputs = _hooks.Pass(HookKind.HeadOutput, outputs, layer);
        if (!_hooks.IsSeen(HookKind.HeadResult, layer))
        {
            return nn.functional.linear(outputs.flatten(2), weights.Output, weights.OutputBias);
        }
        var perHead = weights.Output.unflatten(1, [_config.Heads, _config.HeadWidth]);
        return _hooks.Pass(HookKind.HeadResult, einsum("bthw,dhw->bthd", outputs, perHead), layer).sum(2).Plus(weights.OutputBias);
    }

    // [B, T, D] -> [B, T, heads, W].
    private Tensor Projected(
        int layer, TransformerLayerWeights weights, HookKind input, TransformerLayerWeights.Projection projection, Tensor stream,
            Func<Tensor> normal)
    {
        var placed = input == HookKind.ValueInput ? null : _placed;
        if (!_hooks.IsSeen(input, layer))
        {
            var whole = placed is null ? normal() : normal().Plus(placed);
            return nn.functional.linear(whole, projection.Weight, projection.Bias).unflatten(2, [projection.Heads, _config.HeadWidth]);
        }
        var shape = new long[] { _batch.Rows, _batch.Steps, projection.Heads, _config.ModelWidth };
        var split = Normalized(_hooks.Pass(input, stream.unsqueeze(2).expand(shape), layer), weights.Norm1Weight, weights.Norm1Bias);
        var perHead = projection.Weight.unflatten(0, [projection.Heads, _config.HeadWidth]);
        return einsum("bthd,hwd->bthw", placed is null ? split : split.Plus(placed.unsqueeze(2)), perHead)
            .Plus(projection.Bias.unflatten(0, [projection.Heads, _config.HeadWidth]));
    }

    // All [B, H, T, W].
    private Tensor Attended(int layer, Tensor query, Tensor key, Tensor value)
    {
        if (!_hooks.IsSeen(HookKind.AttentionScores, layer) && !_hooks.IsSeen(HookKind.Pattern, layer))
        {
            return nn.functional.scaled_dot_product_attention(
                query, key, value, _config.Causal ? null : _visible, is_casual: _config.Causal);
        }
        using var scale = (1 / Math.Sqrt(_config.HeadWidth)).ToScalar();
        var scores = _hooks.Changed(new HookPoint(HookKind.AttentionScores, layer), query.Times(key.transpose(2, 3)).mul(scale));
        if (_visible is not null)
        {
            scores = scores.masked_fill(_visible.logical_not(), Numbers.NegativeInfinity);
        }
        _hooks.Record(new HookPoint(HookKind.AttentionScores, layer), scores);
        return _hooks.Pass(HookKind.Pattern, nn.functional.softmax(scores, -1), layer).Times(value);
    }

    private Tensor Mlp(int layer, TransformerLayerWeights weights, Tensor input)
    {
        var normal = Normalized(input, weights.Norm2Weight, weights.Norm2Bias);
        var inner = nn.functional.linear(normal, weights.MlpIn!, weights.MlpInBias!);
        var pre = _hooks.Pass(HookKind.MlpPre, weights.MlpGate is { } gate ? nn.functional.linear(normal, gate) : inner, layer);
        var active = Activated(pre);
        var post = _hooks.Pass(HookKind.MlpPost, weights.MlpGate is null ? active : active * inner, layer);
        return nn.functional.linear(post, weights.MlpOut!, weights.MlpOutBias!);
    }

    private void Finish(Tensor stream)
    {
        var normal = _hooks.Pass(HookKind.FinalNorm, Normalized(
            stream, _weights.Find($"{TransformerWeights.FinalNorm}.w"), _weights.Find($"{TransformerWeights.FinalNorm}.b")));
        if (_hooks.IsSeen(HookKind.Logits, 0))
        {
            _hooks.Pass(HookKind.Logits, Unembedded(normal));
        }
        if (_hooks.IsSeen(HookKind.LastLogits, 0))
        {
            var last = normal.flatten(0, 1).index_select(0, tensor(_batch.LastIndices, device: normal.device));
            _hooks.Pass(HookKind.LastLogits, Unembedded(last));
        }
    }

    private Tensor Unembedded(Tensor normal) =>
        nn.functional.linear(normal, _weights.UnembedMatrix, _weights[TransformerWeights.UnembedBias]);

    private Tensor Normalized(Tensor input, Tensor? weight, Tensor? bias)
    {
        switch (_config.Norm)
        {
            case TransformerNorm.None:
                return input;
            case TransformerNorm.LayerNorm or TransformerNorm.LayerNormPre:
                return nn.functional.layer_norm(input, [_config.ModelWidth], weight, bias, _config.NormEpsilon);
            default:
                using (var epsilon = _config.NormEpsilon.ToScalar())
                {
                    var scaled = input * (input * input).mean([-1], keepdim: true).Plus(epsilon).rsqrt();
                    return weight is null ? scaled : scaled * weight;
                }
        }
    }

    private Tensor Activated(Tensor input) => _config.Activation switch
    {
        TransformerActivation.Relu => nn.functional.relu(input),
        TransformerActivation.Gelu => nn.functional.gelu(input),
        TransformerActivation.Silu => nn.functional.silu(input),
        _ => TanhGelu.Of(input),
    };

    // [B, T, key heads, W] -> [B, H, T, W].
    private Tensor ForAllHeads(Tensor keys)
    {
        var byHead = keys.transpose(1, 2);
        return _config.KeyHeads == _config.Heads ? byHead : byHead.repeat_interleave(_config.Heads / _config.KeyHeads, 1);
    }

    private Tensor Rotated(Tensor heads) => _rotary is null ? heads : _rotary.Rotate(heads);
}
