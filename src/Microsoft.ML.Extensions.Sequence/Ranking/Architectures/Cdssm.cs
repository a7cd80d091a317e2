using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>CDSSM (Shen et al. 2014): as DSSM, over windows of three words, with max pooling over the text.</summary>
internal sealed class Cdssm : TextCosineModel
{
    private readonly LetterConvolution windows;
    private readonly LinearLayer output;
    private readonly int _hidden;

    public Cdssm(PairSettings settings)
        : base(nameof(Cdssm))
    {
        _hidden = settings.Hidden;
        windows = new LetterConvolution(settings.LetterGrams, settings.Hidden, settings.Generator);
        output = settings.Linear(settings.Hidden, settings.Hidden);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) => 24L * _hidden * documentTerms;

    protected override Tensor Terms(PairBatch batch) => windows.Terms(batch);

    protected override Tensor Encode(Tensor terms, Tensor texts, Tensor mask) =>
        output.call(MaskedMaximum.OverTerms(windows.Of(terms, texts, mask), mask)).tanh();
}
