using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// BERT as a cross-encoder (Nogueira and Cho 2019, arXiv 1901.04085): it reads query and document as one sequence, <c>[CLS] query [SEP]
/// document [SEP]</c>, and the score comes from its first state.
/// </summary>
/// <remarks>Differs from the paper: any objective, and no layer of tanh before the score, since files of encoders seldom have one.</remarks>
internal sealed class FineTunedCrossEncoder : PairModel
{
    private readonly TrainedEncoder encoder;
    private readonly SeededDropout drop;
    private readonly LinearLayer score;

    public FineTunedCrossEncoder(TrainedEncoder encoder, PairSettings settings)
        : base(nameof(FineTunedCrossEncoder))
    {
        this.encoder = encoder;
        drop = settings.Drop();
        score = settings.Linear(encoder.Width, 1);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms)
    {
        var steps = queryTerms + documentTerms + 3;
        return encoder.Numbers(steps, Math.Min(steps, encoder.Positions));
    }

    public override Tensor forward(PairBatch batch) => score.call(drop.call(encoder.OfPairs(batch.PiecesOfPairs()))).squeeze(-1);
}
