using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Late interaction (ColBERT: Khattab and Zaharia 2020, arXiv 2004.12832): the sum over query terms of their largest cosine in the
/// document.
/// </summary>
/// <remarks>
/// Over term vectors, each with a window of three, where the paper uses BERT; equal unknown terms match by their windows.
/// </remarks>
internal sealed class LateInteraction : PairModel
{
    private readonly TermTable table;
    private readonly TermConvolution context;
    private readonly LinearLayer own;

    public LateInteraction(PairSettings settings)
        : base(nameof(LateInteraction))
    {
        table = settings.Table();
        own = settings.Linear(table.Width, settings.Hidden);
        context = new TermConvolution(table.Width, settings.Hidden, 3, settings.Generator, centred: true);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) =>
        (3 * queryTerms * documentTerms) + (8L * table.Width * documentTerms);

    public override Tensor forward(PairBatch batch)
    {
        var vectors = table.call(batch);
        var cosines = batch.OfPairs(Encode(PairBatch.At(vectors, batch.Queries)))
            .Times(Encode(PairBatch.At(vectors, batch.Documents)).transpose(1, 2));
        var largest = MaskedMaximum.OverTerms(cosines.transpose(1, 2), batch.DocumentMask);
        return (largest * batch.OfPairs(batch.QueryMask)).sum(1);
    }

    private Tensor Encode(Tensor texts) => PairBatch.Unit(own.call(texts).Plus(context.call(texts).tanh()));
}
