using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// ARC-I (Hu et al. 2014, arXiv 1503.03244): two convolutions of three terms with pooling by two over each text, then a dense network over
/// both.
/// </summary>
/// <remarks>As in the paper: the output of a window that begins after the end of a text is 0, so that padding has no effect.</remarks>
internal sealed class ArcI : PairModel
{
    private const int Window = 3;
    private const int Pool = 2;

    private readonly TermTable table;
    private readonly TermConvolution first;
    private readonly TermConvolution second;
    private readonly SeededDropout drop;
    private readonly LinearLayer hidden;
    private readonly LinearLayer score;
    private readonly PairLimits _limits;
    private readonly int _filters;

    public ArcI(PairSettings settings)
        : base(nameof(ArcI))
    {
        (_limits, _filters) = (settings.Limits, settings.Filters);
        table = settings.Table();
        first = new TermConvolution(table.Width, settings.Filters, Window, settings.Generator);
        second = new TermConvolution(settings.Filters, settings.Filters, Window, settings.Generator);
        drop = settings.Drop();
        hidden = settings.Linear((Size(_limits.QueryTerms) + Size(_limits.DocumentTerms)) * settings.Filters, settings.Hidden);
        score = settings.Linear(settings.Hidden, 1);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) => ((3L * table.Width) + (6L * _filters)) * documentTerms;

    public override Tensor forward(PairBatch batch)
    {
        var vectors = table.call(batch);
        var query = batch.OfPairs(Encode(PairBatch.At(vectors, batch.Queries), batch.QueryMask, _limits.QueryTerms));
        var document = Encode(PairBatch.At(vectors, batch.Documents), batch.DocumentMask, _limits.DocumentTerms);
        return score.call(hidden.call(drop.call(cat([query, document], 1))).relu()).squeeze(-1);
    }

    private static long Size(long terms) => TextGrid.Up(terms, Pool * Pool);

    private Tensor Encode(Tensor text, Tensor mask, long most)
    {
        text = TextGrid.FillUp(text, 1, Pool * Pool);
        mask = TextGrid.FillUp(mask, 1, Pool * Pool).unsqueeze(-1);
        var once = Halved(first.call(text).relu() * mask);
        var twice = Halved(second.call(once).relu() * Halved(mask));
        return TextGrid.Fill(twice, 1, Size(most)).flatten(1);
    }

    private static Tensor Halved(Tensor values) =>
        values.view(values.shape[0], values.shape[1] / Pool, Pool, values.shape[2]).amax([2]);
}
