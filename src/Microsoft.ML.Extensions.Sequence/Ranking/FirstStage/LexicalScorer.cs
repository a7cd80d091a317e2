namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The scoring formulas for the current statistics of a collection.</summary>
/// <remarks>
/// A query's score of a document is the sum over its terms of <see cref="TermScore"/>, and <see cref="Offset"/>, which all documents have.
/// BM25 with ln(1 + (N - n + .5) / (n + .5)) and without the factor k1 + 1, as Lucene; the query likelihood without what all documents
/// share, sum ln p(t | collection).
/// </remarks>
internal sealed class LexicalScorer
{
    private readonly LexicalOptions _options;
    private readonly ITermStatistics _statistics;
    private readonly double[] _weights;
    private readonly double[] _b;
    private readonly double[] _meanLengths;
    private readonly double _words;

    public LexicalScorer(LexicalOptions options, ITermStatistics statistics)
    {
        (_options, _statistics) = (options, statistics);
        var fields = Enumerable.Range(0, statistics.Fields).ToArray();
        _weights = [.. fields.Select(field => options.FieldWeights.Length > 0 ? options.FieldWeights[field] : 1)];
        _b = [.. fields.Select(field => options.FieldB.Length > 0 ? options.FieldB[field] : options.B)];
        _meanLengths = [.. fields.Select(
            field => statistics.Words(field) == 0 ? 1 : (double)statistics.Words(field) / statistics.Documents)];
        _words = fields.Sum(field => (double)statistics.Words(field));
    }

    /// <summary>The part of a term's score that is the same for all documents; 0 where no document has the term.</summary>
    /// <param name="term">The term.</param>
    /// <param name="weight">Its weight in the query.</param>
    public TermFactor Factor(string term, double weight)
    {
        var documents = _statistics.DocumentFrequency(term);
        return documents == 0 ? default
            : _options.Model == LexicalModel.Bm25
                ? new(weight * Math.Log(1 + ((_statistics.Documents - documents + .5) / (documents + .5))), 0)
            : new(weight, _options.Mu * _statistics.Frequency(term) / _words);
    }

    /// <summary>A term's score in a document that has it.</summary>
    /// <param name="factor">The term's.</param>
    /// <param name="frequencies">Its frequency in each field.</param>
    /// <param name="lengths">The number of words of each field.</param>
    public double TermScore(TermFactor factor, ReadOnlySpan<int> frequencies, ReadOnlySpan<int> lengths)
    {
        if (_options.Model == LexicalModel.QueryLikelihood)
        {
            return factor.Weight * Math.Log(1 + (Weighted(frequencies) / factor.Expected));
        }
        var frequency = 0d;
        for (var field = 0; field < frequencies.Length; field++)
        {
            frequency += _weights[field] * frequencies[field] / (1 - _b[field] + (_b[field] * lengths[field] / _meanLengths[field]));
        }
        return frequency == 0 ? 0 : factor.Weight * frequency / (_options.K1 + frequency);
    }

    /// <summary>The part of the score that depends on the document's length and the query's total weight.</summary>
    public double Offset(double queryWeight, ReadOnlySpan<int> lengths) =>
        _options.Model == LexicalModel.Bm25 ? 0 : queryWeight * Math.Log(_options.Mu / (_options.Mu + Weighted(lengths)));

    /// <summary>The score of a document that is not in an index.</summary>
    public double Score(WeightedQuery query, Func<string, int[]?> frequencies, ReadOnlySpan<int> lengths)
    {
        var (sum, known) = (0d, 0d);
        foreach (var (term, weight) in query.Terms)
        {
            var factor = Factor(term, weight);
            if (factor.Weight > 0)
            {
                known += weight;
                sum += frequencies(term) is { } found ? TermScore(factor, found, lengths) : 0;
            }
        }
        return sum + Offset(known, lengths);
    }

    private double Weighted(ReadOnlySpan<int> counts)
    {
        var sum = 0d;
        for (var field = 0; field < counts.Length; field++)
        {
            sum += _weights[field] * counts[field];
        }
        return sum;
    }
}
