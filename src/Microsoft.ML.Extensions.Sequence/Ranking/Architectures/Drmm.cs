using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// DRMM (Guo et al. 2016, arXiv 1711.08611): for each query term a histogram of its cosines with the document's terms, a small network, and
/// a gate.
/// </summary>
/// <remarks>
/// The paper's best variant, LCH with IDF: logarithms of counts in 29 bins over [-1, 1) and one bin for equal terms, with 1 added to each
/// count so that it has a logarithm; 30 -> 5 -> 1 with tanh. A histogram has no gradient, so term vectors are not trained.
/// </remarks>
internal sealed class Drmm : PairModel
{
    private const int Bins = 29;
    private const int Nodes = 5;

    /// <summary>The number of bins: those of cosines, and the one for equal terms.</summary>
    public const int BinCount = Bins + 1;

    private static readonly Scalar s_last = Bins - 1.0;
    private static readonly Scalar s_exact = (double)Bins;

    private readonly TermTable table;
    private readonly TermGate gate;
    private readonly LinearLayer hidden;
    private readonly LinearLayer score;

    public Drmm(PairSettings settings)
        : base(nameof(Drmm))
    {
        table = settings.Table();
        gate = new TermGate(settings.Frequencies);
        hidden = settings.Linear(BinCount, Nodes);
        score = settings.Linear(Nodes, 1);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) => (3 * queryTerms * documentTerms) + (4 * BinCount * queryTerms);

    public override Tensor forward(PairBatch batch)
    {
        Tensor counts;
        using (no_grad())
        {
            counts = Sums(batch.Mask(), table.Cosines(batch), batch.Exact()).log1p();
        }
        var matches = score.call(hidden.call(counts).tanh()).tanh().squeeze(-1);
        return (matches * gate.call(batch)).sum(1);
    }

    /// <summary>The sum of the values in each bin, <c>[S, Lq, 30]</c>.</summary>
    /// <param name="values">A value for each pair of terms, 0 at padding, <c>[S, Lq, Ld]</c>.</param>
    /// <param name="cosines">The cosine of the pair, which decides its bin.</param>
    /// <param name="exact">1 at equal terms.</param>
    public static Tensor Sums(Tensor values, Tensor cosines, Tensor exact) =>
        zeros([values.shape[0], values.shape[1], BinCount], values.dtype, values.device).scatter_add(2, Places(cosines, exact), values);

    private static Tensor Places(Tensor cosines, Tensor exact)
    {
        var bins = cosines.Plus(Torch.Numbers.One).Scaled(Bins / 2.0).floor().clamp(Torch.Numbers.Zero, s_last);
        return where(exact.gt(Torch.Numbers.Zero), full([1], s_exact, bins.dtype, bins.device), bins).to_type(ScalarType.Int64);
    }
}
