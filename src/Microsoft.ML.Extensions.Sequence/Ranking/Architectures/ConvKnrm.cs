using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Conv-KNRM (Dai et al. 2018): kernel pooling over the cosines of n-grams of 1 to 3 terms, for each pair of lengths.</summary>
/// <remarks>
/// As in the paper, one convolution with ReLU for both sides; without the final tanh (see <see cref="KNrm"/>). All unknown terms have the
/// same vector.
/// </remarks>
internal sealed class ConvKnrm : PairModel
{
    private const int Longest = 3;

    private readonly TermTable table;
    private readonly ModuleList<TermConvolution> grams;
    private readonly LinearLayer score;
    private readonly int _filters;

    public ConvKnrm(PairSettings settings)
        : base(nameof(ConvKnrm))
    {
        _filters = settings.Filters;
        table = settings.Table();
        grams = new([.. Enumerable.Range(1, Longest)
            .Select(length => new TermConvolution(table.Width, settings.Filters, length, settings.Generator))]);
        score = settings.Linear(Longest * Longest * KernelPooling.Count, 1);
        RegisterComponents();
    }

    public override long Numbers(long queryTerms, long documentTerms) =>
        (3 * Longest * Longest * KernelPooling.Count * queryTerms * documentTerms) + (3 * Longest * _filters * documentTerms);

    public override Tensor forward(PairBatch batch)
    {
        var vectors = table.call(batch);
        var queries = Grams(PairBatch.At(vectors, batch.Queries)).ConvertAll(batch.OfPairs);
        var documents = Grams(PairBatch.At(vectors, batch.Documents));
        var features = queries.SelectMany(query => documents.Select(document => KernelPooling.Of(query.Times(document.transpose(1, 2)), batch)));
        return score.call(cat(features.ToArray(), 1)).squeeze(-1);
    }

    private List<Tensor> Grams(Tensor texts) => [.. grams.Select(gram => PairBatch.Unit(gram.call(texts).relu()))];
}
