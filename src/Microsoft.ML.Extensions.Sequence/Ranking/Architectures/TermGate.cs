using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// The weight of each query term: a softmax over the inverse document frequencies of the query's terms, <c>[S, Lq]</c>, 0 at padding.
/// </summary>
internal sealed class TermGate : nn.Module<PairBatch, Tensor>
{
    private static readonly Scalar s_far = -1e30;

    private readonly Tensor frequencies;
    private readonly Parameter factor;

    /// <param name="inverseFrequencies">The inverse document frequency of each vocabulary index.</param>
    public TermGate(float[] inverseFrequencies)
        : base(nameof(TermGate))
    {
        NetworkMemory.Ask(inverseFrequencies.Length);
        frequencies = inverseFrequencies.ToAligned(inverseFrequencies.Length);
        factor = Initial.Ones(1);
        register_buffer(nameof(frequencies), frequencies);
        RegisterComponents();
    }

    /// <summary>The inverse document frequency of each term of the queries, <c>[B, Lq]</c>.</summary>
    public Tensor Frequencies(PairBatch batch) =>
        PairBatch.At(frequencies.index_select(0, batch.Words).unsqueeze(1), batch.Queries).squeeze(-1);

    public override Tensor forward(PairBatch batch) => batch.OfPairs(Softmax(Frequencies(batch) * factor, batch.QueryMask));

    /// <summary>A softmax over the terms of each text, <c>[N, L]</c>, 0 at padding.</summary>
    public static Tensor Softmax(Tensor values, Tensor mask)
    {
        var hidden = where(mask.gt(Torch.Numbers.Zero), values, full([1], s_far, values.dtype, values.device));
        return hidden.softmax(1) * mask;
    }
}
