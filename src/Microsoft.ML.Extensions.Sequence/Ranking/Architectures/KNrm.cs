using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>K-NRM (Xiong et al. 2017, arXiv 1706.06613): kernel pooling over the cosines of terms, and a linear score.</summary>
/// <remarks>
/// As in the paper's code: 11 kernels, logarithms times 0.01. Without the final tanh, which does not change the order and limits the score
/// differences that an objective can reach.
/// </remarks>
internal sealed class KNrm : PairModel
{
    private readonly TermTable table;
    private readonly LinearLayer score;

    public KNrm(PairSettings settings)
        : base(nameof(KNrm))
    {
        table = settings.Table();
        score = settings.Linear(KernelPooling.Count, 1);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) => 3 * KernelPooling.Count * queryTerms * documentTerms;

    public override Tensor forward(PairBatch batch) =>
        score.call(KernelPooling.Of(table.Cosines(batch), batch)).squeeze(-1);
}
