using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>An encoder that a ranker reads with and does not train. Its weights are in the ranker's file.</summary>
/// <remarks>
/// They are buffers that share the encoder's memory, so that nothing of training sees them and the networks of an ensemble keep no copies.
/// Each text is computed by itself, on the encoder's device: so its vectors do not depend on other texts, not even by rounding.
/// </remarks>
internal sealed class FrozenEncoder : ContextEncoder
{
    private readonly Lease<EncoderModel> _model;
    private readonly TokenVectorCache _cache;

    /// <param name="model">The encoder; this owns the lease.</param>
    /// <param name="cache">Keeps vectors.</param>
    public FrozenEncoder(Lease<EncoderModel> model, TokenVectorCache cache)
        : base(nameof(FrozenEncoder), model.Use(encoder => encoder.Dimensions))
    {
        (_model, _cache) = (model, cache);
        foreach (var (name, weight) in model.Use(encoder => encoder.NamedWeights()))
        {
            register_buffer(name.Replace('.', '_'), weight.detach());
        }
    }

    /// <summary>An encoder whose weights are loaded later.</summary>
    public static FrozenEncoder Unloaded(EncoderDescription description)
    {
        using var encoder = TextEncoder.Of(new EncoderModel(description, BertNetwork.Unscoped(description.Config), CPU));
        return new FrozenEncoder(encoder.Rent(), TokenVectorCache.ForScoring());
    }

    public override Tensor Vectors(IReadOnlyList<int[]> texts)
    {
        var vectors = zeros(1 + texts.Sum(text => text.Length), Width);
        var rest = vectors.AsSpan()[Width..];
        foreach (var text in texts)
        {
            if (text is not [PieceReader.None])
            {
                _cache.Get(text, Compute).CopyTo(rest);
            }
            rest = rest[(text.Length * Width)..];
        }
        return vectors;
    }

    public override long Numbers(long tokens, long longest) => 3L * Width * tokens;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _model.Dispose();
        }
        base.Dispose(disposing);
    }

    private float[] Compute(int[] text) => _model.Use(model => model.VectorsOf(text));
}
