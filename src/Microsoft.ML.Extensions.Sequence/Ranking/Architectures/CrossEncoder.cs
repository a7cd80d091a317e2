using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// A cross-encoder (Nogueira and Cho 2019, arXiv 1901.04085): query and document as one sequence through a transformer, and the score from
/// its first step.
/// </summary>
/// <remarks>
/// The sequence is a first step, the query, a separator, the document; segment vectors tell both apart. Differs from the paper: two blocks
/// that are trained from the start in place of BERT, over the ranker's term vectors, and a vector that marks terms that the other text has,
/// since a few hundred queries are too few to learn from vectors alone which terms are equal.
/// </remarks>
internal sealed class CrossEncoder : PairModel
{
    private const int Layers = 2;
    private const int MostHeads = 4;
    private const int Widening = 2;

    // Rows of the table of marks.
    private const int First = 0, Separator = 1, QuerySegment = 2, DocumentSegment = 3, Shared = 4, MarkCount = 5;

    private readonly TermTable table;
    private readonly LinearLayer entry;
    private readonly Parameter marks;
    private readonly ModuleList<TransformerBlock> blocks;
    private readonly LayerNorm norm;
    private readonly LinearLayer score;
    private readonly SeededDropout drop;
    private readonly int _width;
    private readonly int _heads;

    public CrossEncoder(PairSettings settings)
        : base(nameof(CrossEncoder))
    {
        _width = settings.Hidden;
        _heads = Enumerable.Range(1, MostHeads).Last(heads => _width % heads == 0);
        table = settings.Table();
        entry = settings.Linear(table.Width, _width);
        marks = Initial.Normal(1 / Math.Sqrt(_width), settings.Generator, MarkCount, _width);
        drop = settings.Drop();
        blocks = new([.. Enumerable.Range(0, Layers).Select(_ => Block(settings))]);
        norm = Initial.Norm(_width);
        score = settings.Linear(_width, 1);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms)
    {
        var steps = queryTerms + documentTerms + 2;
        return (Layers * steps * ((24L * _width) + (2L * _heads * steps))) + (3 * queryTerms * documentTerms);
    }

    public override Tensor forward(PairBatch batch)
    {
        var vectors = entry.call(table.call(batch));
        var exact = batch.Exact();
        var query = Marked(batch.OfPairs(PairBatch.At(vectors, batch.Queries)), exact.amax([2]), QuerySegment);
        var document = Marked(PairBatch.At(vectors, batch.Documents), exact.amax([1]), DocumentSegment);
        var all = cat([Step(First, batch.Pairs), query, Step(Separator, batch.Pairs), document], 1);
        var steps = Joined(all, batch);
        steps = steps with { Values = drop.call(steps.Values.Plus(PositionFeatures.Of(0, steps.Steps, _width, steps.Values))) };
        var states = blocks.Aggregate(steps.Values, (values, block) => block.call(values, steps));
        return score.call(norm.call(states.select(1, 0))).squeeze(-1);
    }

    private TransformerBlock Block(PairSettings settings) => new(
        new TransformerBlockSettings(_width, 0, Causal: false, Normalizes: true, AddsPositions: false, settings.Dropout),
        () => new SelfAttentionLayer(_width, _heads, _width / _heads, causal: false, settings.Generator),
        () => new FeedForwardLayer(_width, Widening * _width, isGelu: true, settings.Generator),
        settings.Randomness, settings.Generator);

    private Tensor Marked(Tensor terms, Tensor isShared, int segment) =>
        terms.Plus(marks.narrow(0, segment, 1)).Plus(isShared.unsqueeze(-1) * marks.narrow(0, Shared, 1));

    private Tensor Step(int mark, int pairs) => marks.narrow(0, mark, 1).unsqueeze(0).expand(pairs, 1, _width);

    // The steps of each pair one after the other, with all padding at the end: [S, T, D].
    private InputBatch Joined(Tensor all, PairBatch batch)
    {
        var (queryLengths, longestQuery, stride) = (batch.QueryLengthsOfPairs(), batch.Queries.shape[1], all.shape[1]);
        int[] lengths = [.. queryLengths.Zip(batch.DocumentLengths, (query, document) => query + document + 2)];
        var longest = lengths.Max();
        var places = new long[(long)lengths.Length * longest];
        for (var pair = 0; pair < lengths.Length; pair++)
        {
            for (var step = 0; step < longest; step++)
            {
                // Padding repeats the first step, and is masked.
                var place = step >= lengths[pair] ? 0 : step <= queryLengths[pair] ? step : step - queryLengths[pair] + longestQuery;
                places[(pair * (long)longest) + step] = (pair * stride) + place;
            }
        }
        var index = tensor(places, ScalarType.Int64, device: all.device);
        return new InputBatch(all.reshape(-1, _width).index_select(0, index).view(lengths.Length, longest, _width), lengths);
    }
}
