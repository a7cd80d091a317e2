using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// aNMM-1 (Yang et al. 2016, arXiv 1801.01641): weights shared by value, per range of cosines, instead of by position; attention over the
/// query's terms.
/// </summary>
/// <remarks>
/// As in the paper: the cosines of each query term are summed in bins and combined by a weight per bin and a sigmoid; a softmax of
/// <c>v . q_i</c> weights the terms. The bins are those of DRMM: 29 over [-1, 1), and one for equal terms.
/// </remarks>
internal sealed class Anmm : PairModel
{
    private readonly TermTable table;
    private readonly LinearLayer bins;
    private readonly LinearLayer attention;
    private readonly LinearLayer score;

    public Anmm(PairSettings settings)
        : base(nameof(Anmm))
    {
        table = settings.Table();
        bins = settings.Linear(Drmm.BinCount, 1);
        attention = settings.Linear(table.Width, 1);
        score = settings.Linear(1, 1);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) =>
        (5 * queryTerms * documentTerms) + (2L * Drmm.BinCount * queryTerms);

    public override Tensor forward(PairBatch batch)
    {
        var vectors = table.call(batch);
        var cosines = batch.Cosines(vectors, table.Unknown(batch));
        var sums = Drmm.Sums(cosines * batch.DocumentMask.unsqueeze(1), cosines.detach(), batch.Exact());
        var weights = TermGate.Softmax(attention.call(PairBatch.At(vectors, batch.Queries)).squeeze(-1), batch.QueryMask);
        var matches = bins.call(sums).sigmoid().squeeze(-1);
        return score.call((matches * batch.OfPairs(weights)).sum(1, keepdim: true)).squeeze(-1);
    }
}
