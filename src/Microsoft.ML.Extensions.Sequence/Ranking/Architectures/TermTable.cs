using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The vectors of the terms of a batch, <c>[U + 1, D]</c>.</summary>
/// <param name="name">The module's name.</param>
/// <param name="width">D.</param>
internal abstract class TermTable(string name, int width) : nn.Module<PairBatch, Tensor>(name)
{
    /// <summary>D.</summary>
    public int Width => width;

    /// <summary>1 for terms that have no vector of their own, <c>[U + 1]</c>.</summary>
    public abstract Tensor Unknown(PairBatch batch);

    /// <summary>The cosines of the terms of each pair, <c>[S, Lq, Ld]</c>.</summary>
    public Tensor Cosines(PairBatch batch) => batch.Cosines(call(batch), Unknown(batch));
}
