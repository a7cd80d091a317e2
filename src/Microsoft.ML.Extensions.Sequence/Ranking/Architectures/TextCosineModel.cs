using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The cosine of one vector of the query and one of the document, both computed by the same layers.</summary>
internal abstract class TextCosineModel(string name) : PairModel(name)
{
    /// <summary>Named in model files.</summary>
    protected readonly CosineScore score = new();

    public override Tensor forward(PairBatch batch)
    {
        var terms = Terms(batch);
        return score.call(batch.OfPairs(Encode(terms, batch.Queries, batch.QueryMask)), Encode(terms, batch.Documents, batch.DocumentMask));
    }

    /// <summary>
    /// Vectors of the queries or documents of a batch, <c>[N, H]</c>, whose length is the root of the factor: so the product of a query's
    /// and a
    /// document's is their score.
    /// </summary>
    public Tensor Vectors(PairBatch batch, bool ofQueries)
    {
        var terms = Terms(batch);
        var vectors = ofQueries ? Encode(terms, batch.Queries, batch.QueryMask) : Encode(terms, batch.Documents, batch.DocumentMask);
        return PairBatch.Unit(vectors) * score.Factor.clamp_min(Torch.Numbers.Zero).sqrt();
    }

    /// <summary>The values that are computed once per distinct term of the batch.</summary>
    protected abstract Tensor Terms(PairBatch batch);

    /// <summary>The vectors of texts, <c>[N, H]</c>, from the numbers of their terms and a mask, <c>[N, L]</c>.</summary>
    protected abstract Tensor Encode(Tensor terms, Tensor texts, Tensor mask);
}
