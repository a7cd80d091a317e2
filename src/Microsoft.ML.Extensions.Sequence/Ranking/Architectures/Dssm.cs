using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// DSSM (Huang et al. 2013): the cosine of two bags of letter trigrams, each mapped to its vector by three layers with tanh.
/// </summary>
/// <remarks>As in the paper: one network for both sides, and the cosine times gamma, which is trained here and starts at 10.</remarks>
internal sealed class Dssm : TextCosineModel
{
    private readonly LetterTable table;
    private readonly Parameter bias;
    private readonly LinearLayer hidden;
    private readonly LinearLayer output;
    private readonly int _hidden;

    public Dssm(PairSettings settings)
        : base(nameof(Dssm))
    {
        _hidden = settings.Hidden;
        table = new LetterTable(settings.LetterGrams, settings.Hidden, settings.Generator);
        bias = Initial.Zeros(settings.Hidden);
        hidden = settings.Linear(settings.Hidden, settings.Hidden);
        output = settings.Linear(settings.Hidden, settings.Hidden);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) => 12L * _hidden * documentTerms;

    protected override Tensor Terms(PairBatch batch) => table.call(batch);

    protected override Tensor Encode(Tensor terms, Tensor texts, Tensor mask)
    {
        var bag = (PairBatch.At(terms, texts) * mask.unsqueeze(-1)).sum(1);
        return output.call(hidden.call(bag.Plus(bias).tanh()).tanh()).tanh();
    }
}
