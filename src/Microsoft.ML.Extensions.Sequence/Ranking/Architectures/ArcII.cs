using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// ARC-II (Hu et al. 2014, arXiv 1503.03244): windows of three terms of both texts together, then two-dimensional convolution and pooling.
/// </summary>
/// <remarks>
/// The first layer is computed as the sum of one linear map per text, which equals a linear map of both. Windows that begin after the end
/// of a text give 0.
/// </remarks>
internal sealed class ArcII : PairModel
{
    private const int Window = 3;
    private const int Pool = 2;

    private readonly TermTable table;
    private readonly TermConvolution queries;
    private readonly TermConvolution documents;
    private readonly GridConvolution grid;
    private readonly SeededDropout drop;
    private readonly LinearLayer hidden;
    private readonly LinearLayer score;
    private readonly PairLimits _limits;
    private readonly int _filters;

    public ArcII(PairSettings settings)
        : base(nameof(ArcII))
    {
        (_limits, _filters) = (settings.Limits, settings.Filters);
        table = settings.Table();
        queries = new TermConvolution(table.Width, settings.Filters, Window, settings.Generator);
        documents = new TermConvolution(table.Width, settings.Filters, Window, settings.Generator);
        grid = new GridConvolution(settings.Filters, settings.Filters, Window, settings.Generator, centred: true);
        drop = settings.Drop();
        hidden = settings.Linear(Size(_limits.QueryTerms) * Size(_limits.DocumentTerms) * settings.Filters, settings.Hidden);
        score = settings.Linear(settings.Hidden, 1);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) => 8L * _filters * queryTerms * documentTerms;

    public override Tensor forward(PairBatch batch)
    {
        var vectors = table.call(batch);
        var query = batch.OfPairs(queries.call(PairBatch.At(vectors, batch.Queries))).transpose(1, 2).unsqueeze(3);
        var document = documents.call(PairBatch.At(vectors, batch.Documents)).transpose(1, 2).unsqueeze(2);
        var mask = Whole(batch.Mask().unsqueeze(1));
        var once = Halved(Whole(query.Plus(document).relu()) * mask);
        var twice = Halved(grid.call(once).relu() * Halved(mask));
        var whole = TextGrid.Fill(TextGrid.Fill(twice, 2, Size(_limits.QueryTerms)), 3, Size(_limits.DocumentTerms));
        return score.call(hidden.call(drop.call(whole.flatten(1))).relu()).squeeze(-1);
    }

    private static long Size(long terms) => TextGrid.Up(terms, Pool * Pool);

    private static Tensor Whole(Tensor values) => TextGrid.FillUp(TextGrid.FillUp(values, 2, Pool * Pool), 3, Pool * Pool);

    private static Tensor Halved(Tensor values)
    {
        var shape = values.shape;
        return values.view(shape[0], shape[1], shape[2] / Pool, Pool, shape[3] / Pool, Pool).amax([3, 5]);
    }
}
