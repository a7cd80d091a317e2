using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>CDSSM (Shen et al. 2014): as DSSM over windows of three words, their largest values over the text.</summary>
internal sealed class Cdssm : PairModel
{
    private readonly LetterConvolution windows;
    private readonly LinearLayer output;
    private readonly CosineScore score;
    private readonly int _hidden;

    public Cdssm(PairSettings settings)
        : base(nameof(Cdssm))
    {
        _hidden = settings.Hidden;
        windows = new LetterConvolution(settings.LetterGrams, settings.Hidden, settings.Generator);
        output = settings.Linear(settings.Hidden, settings.Hidden);
        score = new CosineScore();
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) => 24L * _hidden * documentTerms;

    public override Tensor forward(PairBatch batch)
    {
        var terms = windows.Terms(batch);
        return score.call(batch.OfPairs(Encode(terms, batch.Queries, batch.QueryMask)), Encode(terms, batch.Documents, batch.DocumentMask));
    }

    private Tensor Encode(Tensor terms, Tensor texts, Tensor mask) =>
        output.call(MaskedMaximum.OverTerms(windows.Of(terms, texts, mask), mask)).tanh();
}
