using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A BERT encoder: ids of tokens <c>[B, T]</c> to contextual vectors <c>[B, T, D]</c> (Devlin et al. 2018, arXiv 1810.04805).
/// </summary>
/// <remarks>The other rows of a batch and padding change a vector by rounding only.</remarks>
internal sealed class BertNetwork : nn.Module<Tensor, Tensor?, Tensor?, Tensor>
{
    private readonly LoadedTable words;
    private readonly LoadedTable positions;
    private readonly LoadedTable segments;
    private readonly LoadedNorm norm;
    private readonly ModuleList<BertLayer> layers;

    public BertNetwork(BertConfig config)
        : base(nameof(BertNetwork))
    {
        words = new LoadedTable(config.Vocabulary, config.Width);
        positions = new LoadedTable(config.Positions, config.Width);
        segments = new LoadedTable(config.Segments, config.Width);
        norm = new LoadedNorm(config.Width, config.NormEpsilon);
        layers = new ModuleList<BertLayer>([.. Enumerable.Range(0, config.Layers).Select(_ => new BertLayer(config))]);
        RegisterComponents();
    }

    /// <summary>A network that belongs to no dispose scope, with uninitialised weights.</summary>
    public static BertNetwork Unscoped(BertConfig config)
    {
        using var scope = NewDisposeScope();
        var network = new BertNetwork(config);
        network.eval();
        foreach (var weight in network.parameters())
        {
            weight.requires_grad = false;
            weight.DetachFromDisposeScope();
        }
        return network;
    }

    /// <param name="ids">Ids of tokens, Int64 <c>[B, T]</c>; T is at most the number of positions.</param>
    /// <param name="valid">1 at the text's tokens, Boolean <c>[B, T]</c>; null for all.</param>
    /// <param name="parts">The segment of each token, Int64 <c>[B, T]</c>; null where all have the first.</param>
    public override Tensor forward(Tensor ids, Tensor? valid, Tensor? parts)
    {
        using var scope = NewDisposeScope();
        var tokens = norm.call(words.call(ids).Plus(positions.First(ids.shape[1])).Plus(parts is null ? segments.First(1) : segments.call(parts)));
        var visible = valid?.unsqueeze(1).unsqueeze(1);
        foreach (var layer in layers)
        {
            tokens = layer.call(tokens, visible!);
        }
        return tokens.MoveToOuterDisposeScope();
    }
}
