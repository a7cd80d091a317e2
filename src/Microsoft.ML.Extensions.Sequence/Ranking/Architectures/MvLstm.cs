using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// MV-LSTM (Wan et al. 2016, arXiv 1511.08277): the largest cosines of terms after a bidirectional LSTM, and a small network.
/// </summary>
/// <remarks>Cosines, one of the paper's three similarities, and its k = 10 largest.</remarks>
internal sealed class MvLstm : PairModel
{
    private const int Largest = 10;

    private readonly TermTable table;
    private readonly RecurrentLayer onward;
    private readonly RecurrentLayer reverse;
    private readonly SeededDropout drop;
    private readonly LinearLayer hidden;
    private readonly LinearLayer score;
    private readonly int _width;

    public MvLstm(PairSettings settings)
        : base(nameof(MvLstm))
    {
        _width = Math.Max(1, settings.Hidden / 2);
        table = settings.Table();
        onward = new RecurrentLayer(new RecurrentLayerOptions(table.Width, _width, RecurrentCell.Lstm), settings.Generator);
        reverse = new RecurrentLayer(new RecurrentLayerOptions(table.Width, _width, RecurrentCell.Lstm, Reverse: true), settings.Generator);
        drop = settings.Drop();
        hidden = settings.Linear(Largest, settings.Hidden);
        score = settings.Linear(settings.Hidden, 1);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) => (3 * queryTerms * documentTerms) + (24L * _width * documentTerms);

    public override Tensor forward(PairBatch batch)
    {
        var vectors = table.call(batch);
        var query = batch.OfPairs(Encode(PairBatch.At(vectors, batch.Queries), batch.QueryLengths));
        var cosines = query.Times(Encode(PairBatch.At(vectors, batch.Documents), batch.DocumentLengths).transpose(1, 2));
        var largest = TopValues.Of(cosines.flatten(1), batch.Mask().flatten(1), Largest);
        return score.call(drop.call(hidden.call(largest).relu())).squeeze(-1);
    }

    private Tensor Encode(Tensor text, int[] lengths) =>
        PairBatch.Unit(cat([onward.forward(text, lengths), reverse.forward(text, lengths)], -1));
}
