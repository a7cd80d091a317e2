using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A layer of BERT: self-attention and a feed-forward network, each with a residual connection and a layer norm after it.
/// </summary>
internal sealed class BertLayer : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly LoadedLinear projections;
    private readonly LoadedLinear attended;
    private readonly LoadedNorm attendedNorm;
    private readonly LoadedLinear inner;
    private readonly LoadedLinear outer;
    private readonly LoadedNorm outerNorm;
    private readonly BertConfig _config;

    public BertLayer(BertConfig config)
        : base(nameof(BertLayer))
    {
        _config = config;
        projections = new LoadedLinear(config.Width, 3L * config.Width);
        attended = new LoadedLinear(config.Width, config.Width);
        attendedNorm = new LoadedNorm(config.Width, config.NormEpsilon);
        inner = new LoadedLinear(config.Width, config.InnerWidth);
        outer = new LoadedLinear(config.InnerWidth, config.Width);
        outerNorm = new LoadedNorm(config.Width, config.NormEpsilon);
        RegisterComponents();
    }

    /// <param name="tokens">Vectors <c>[B, T, D]</c>.</param>
    /// <param name="visible">The tokens that may be attended to, <c>[B, 1, 1, T]</c>; null for all.</param>
    public override Tensor forward(Tensor tokens, Tensor? visible)
    {
        using var scope = NewDisposeScope();
        // [B, T, 3 D] -> three of [B, H, T, W].
        var parts = projections.call(tokens).unflatten(2, [3, _config.Heads, _config.Width / _config.Heads]).permute(2, 0, 3, 1, 4)
            .unbind(0);
        var seen = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], visible).transpose(1, 2).flatten(2);
        var middle = attendedNorm.call(attended.call(seen).Plus(tokens));
        return outerNorm.call(outer.call(Activated(inner.call(middle))).Plus(middle)).MoveToOuterDisposeScope();
    }

    private Tensor Activated(Tensor input) => _config.Activation switch
    {
        BertActivation.Gelu => nn.functional.gelu(input),
        BertActivation.Relu => nn.functional.relu(input),
        BertActivation.Silu => nn.functional.silu(input),
        _ => TanhGelu.Of(input),
    };
}
