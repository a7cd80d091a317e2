using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// DUET (Mitra et al. 2017, arXiv 1610.08136): the sum of a local network of exact matches and a distributed one of representations.
/// </summary>
/// <remarks>
/// As in the paper, with the options' widths and lengths instead of its 300 units, 10 and 1,000 terms. The local network sees where in the
/// document each term of the query occurs. The distributed one has convolutions of three terms over letter grams, pooling over a tenth of
/// the document, and the product of both sides. Letter trigrams replace its 2,000 letter grams of any length, and vectors of an encoder,
/// where
/// there is one, replace letters.
/// </remarks>
internal sealed class Duet : PairModel
{
    private const int PoolsOfDocument = 10;
    private const int Window = 3;

    private readonly LinearLayer positions;
    private readonly LinearLayer local;
    private readonly LinearLayer localHidden;
    private readonly LinearLayer localScore;
    private readonly LetterConvolution? queries;
    private readonly LetterConvolution? documents;
    private readonly TermTable? table;
    private readonly TermConvolution? queryWindows;
    private readonly TermConvolution? documentWindows;
    private readonly LinearLayer query;
    private readonly LinearLayer document;
    private readonly LinearLayer both;
    private readonly LinearLayer bothHidden;
    private readonly LinearLayer bothScore;
    private readonly SeededDropout drop;
    private readonly PairLimits _limits;
    private readonly long _pool;
    private readonly int _hidden;

    public Duet(PairSettings settings)
        : base(nameof(Duet))
    {
        (_limits, _hidden) = (settings.Limits, settings.Hidden);
        _pool = Math.Max(1, _limits.DocumentTerms / PoolsOfDocument);
        drop = settings.Drop();
        positions = settings.Linear(_limits.DocumentTerms, _hidden);
        local = settings.Linear((long)_limits.QueryTerms * _hidden, _hidden);
        localHidden = settings.Linear(_hidden, _hidden);
        localScore = settings.Linear(_hidden, 1);
        if (settings.IsContextual)
        {
            table = settings.Table();
            queryWindows = new TermConvolution(table.Width, _hidden, Window, settings.Generator, centred: true);
            documentWindows = new TermConvolution(table.Width, _hidden, Window, settings.Generator, centred: true);
        }
        else
        {
            queries = new LetterConvolution(settings.LetterGrams, _hidden, settings.Generator);
            documents = new LetterConvolution(settings.LetterGrams, _hidden, settings.Generator);
        }
        query = settings.Linear(_hidden, _hidden);
        document = settings.Linear(_hidden, _hidden);
        both = settings.Linear((_limits.DocumentTerms - _pool + 1) * _hidden, _hidden);
        bothHidden = settings.Linear(_hidden, _hidden);
        bothScore = settings.Linear(_hidden, 1);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) =>
        (24L * _hidden * _limits.DocumentTerms) + (3L * queryTerms * _limits.DocumentTerms);

    public override Tensor forward(PairBatch batch) => Local(batch).Plus(Distributed(batch)).squeeze(-1);

    private Tensor Local(PairBatch batch)
    {
        var terms = positions.call(TextGrid.Fill(batch.Exact(), 2, _limits.DocumentTerms)).tanh() * batch.OfPairs(batch.QueryMask)
            .unsqueeze(-1);
        var match = local.call(TextGrid.Fill(terms, 1, _limits.QueryTerms).flatten(1)).tanh();
        return localScore.call(drop.call(localHidden.call(match).tanh()));
    }

    private Tensor Distributed(PairBatch batch)
    {
        var asked = Windows(batch, batch.Queries, batch.QueryMask, queries, queryWindows);
        var left = query.call(MaskedMaximum.OverTerms(asked, batch.QueryMask)).tanh();
        var read = Windows(batch, batch.Documents, batch.DocumentMask, documents, documentWindows);
        var pooled = nn.functional.max_pool1d(TextGrid.Fill(read, 1, _limits.DocumentTerms).transpose(1, 2), _pool, 1).transpose(1, 2);
        var products = document.call(pooled).tanh() * batch.OfPairs(left).unsqueeze(1);
        return bothScore.call(drop.call(bothHidden.call(both.call(products.flatten(1)).tanh()).tanh()));
    }

    // Windows of three terms, by their letters or by their vectors.
    private Tensor Windows(PairBatch batch, Tensor texts, Tensor mask, LetterConvolution? letters, TermConvolution? windows) =>
        letters is not null ? letters.Of(letters.Terms(batch), texts, mask)
        : windows!.call(PairBatch.At(table!.call(batch), texts)).tanh() * mask.unsqueeze(-1);
}
