using Microsoft.ML.Extensions.Networks;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// MatchPyramid (Pang et al. 2016, arXiv 1602.06359): the matrix of cosines as an image, convolutions, dynamic pooling, a small network.
/// </summary>
/// <remarks>Cosines, one of the paper's three similarities; two convolutions of 3 x 3 and dynamic max pooling to 3 x 10.</remarks>
internal sealed class MatchPyramid : PairModel
{
    private const int Side = 3;
    private const int Rows = 3;
    private const int Columns = 10;

    private readonly TermTable table;
    private readonly GridConvolution first;
    private readonly GridConvolution second;
    private readonly SeededDropout drop;
    private readonly LinearLayer hidden;
    private readonly LinearLayer score;
    private readonly int _filters;

    public MatchPyramid(PairSettings settings)
        : base(nameof(MatchPyramid))
    {
        _filters = settings.Filters;
        table = settings.Table();
        first = new GridConvolution(1, settings.Filters, Side, settings.Generator, centred: true);
        second = new GridConvolution(settings.Filters, settings.Filters, Side, settings.Generator, centred: true);
        drop = settings.Drop();
        hidden = settings.Linear(Rows * Columns * settings.Filters, settings.Hidden);
        score = settings.Linear(settings.Hidden, 1);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) => 10L * _filters * queryTerms * documentTerms;

    public override Tensor forward(PairBatch batch)
    {
        var mask = batch.Mask().unsqueeze(1);
        var grid = first.call(table.Cosines(batch).unsqueeze(1)).relu() * mask;
        grid = second.call(grid).relu() * mask;
        var pooled = DynamicPooling.Of(grid, batch.QueryLengthsOfPairs(), batch.DocumentLengths, Rows, Columns);
        return score.call(hidden.call(drop.call(pooled.flatten(1))).relu()).squeeze(-1);
    }
}
