using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// DRMM with the largest cosines of each query term instead of its histogram (DRMM-TKS of MatchZoo), so that term vectors can be trained.
/// </summary>
/// <remarks>As in MatchZoo: the 10 largest, a hidden layer, a gate; the gate is that of DRMM, over inverse document frequencies.</remarks>
internal sealed class DrmmTopK : PairModel
{
    private const int Largest = 10;

    private readonly TermTable table;
    private readonly TermGate gate;
    private readonly LinearLayer hidden;
    private readonly LinearLayer score;

    public DrmmTopK(PairSettings settings)
        : base(nameof(DrmmTopK))
    {
        table = settings.Table();
        gate = new TermGate(settings.Frequencies);
        hidden = settings.Linear(Largest, settings.Hidden);
        score = settings.Linear(settings.Hidden, 1);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) => 4 * queryTerms * documentTerms;

    public override Tensor forward(PairBatch batch)
    {
        var largest = TopValues.Of(table.Cosines(batch), batch.DocumentMask.unsqueeze(1), Largest);
        return (score.call(hidden.call(largest).relu()).squeeze(-1) * gate.call(batch)).sum(1);
    }
}
