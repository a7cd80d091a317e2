using Microsoft.ML.Extensions.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// PACRR (Hui et al. 2017, arXiv 1704.03940): square convolutions of one to three terms, k-max pooling for each query term, a dense
/// network.
/// </summary>
/// <remarks>
/// As in the paper: size 1 is the cosines themselves, filters are max-pooled, 3 values are kept for each size, and each term has the
/// softmax of its inverse document frequency as a further input. A dense layer combines the terms, as in Co-PACRR, and not an LSTM.
/// </remarks>
internal sealed class Pacrr : PairModel
{
    private const int Longest = 3;
    private const int Largest = 3;

    private readonly TermTable table;
    private readonly TermGate gate;
    private readonly ModuleList<GridConvolution> grams;
    private readonly LinearLayer hidden;
    private readonly LinearLayer score;
    private readonly int _queryTerms;
    private readonly int _filters;

    public Pacrr(PairSettings settings)
        : base(nameof(Pacrr))
    {
        (_queryTerms, _filters) = (settings.Limits.QueryTerms, settings.Filters);
        table = settings.Table();
        gate = new TermGate(settings.Frequencies);
        grams = new([.. Enumerable.Range(2, Longest - 1)
            .Select(side => new GridConvolution(1, settings.Filters, side, settings.Generator, centred: false))]);
        hidden = settings.Linear((long)_queryTerms * ((Longest * Largest) + 1), settings.Hidden);
        score = settings.Linear(settings.Hidden, 1);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) => ((4L * _filters * (Longest - 1)) + 4) * queryTerms * documentTerms;

    public override Tensor forward(PairBatch batch)
    {
        var cosines = table.Cosines(batch);
        var present = batch.DocumentMask.unsqueeze(1);
        var real = batch.OfPairs(batch.QueryMask).unsqueeze(-1);
        var picture = cosines.unsqueeze(1);
        Tensor[] signals = [
            TopValues.Of(cosines, present, Largest),
            .. grams.Select(gram => TopValues.Of(gram.call(picture).amax([1]), present, Largest)),
            gate.call(batch).unsqueeze(-1)];
        var terms = TextGrid.Fill(cat(signals, -1) * real, 1, _queryTerms);
        return score.call(hidden.call(terms.flatten(1)).relu()).squeeze(-1);
    }
}
