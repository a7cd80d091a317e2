namespace Microsoft.ML.Extensions.Sequence.Tests.Ranking;

/// <summary>A row of a ranking of texts: queries of two words, documents with both, one or none of them.</summary>
internal sealed class PairRow
{
    public const int Documents = 6;

    private static readonly string[] s_words = ["amber", "birch", "cedar", "dune", "ember", "fjord", "glade", "heath", "inlet"];

    public string Query { get; set; } = "";

    public string Document { get; set; } = "";

    public float Label { get; set; }

    public string Group { get; set; } = "";

    public float Stage { get; set; }

    public static PairRow[] Of(int queries, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, queries).SelectMany(query =>
        {
            random.Shuffle(s_words);
            var (asked, others) = (s_words[..2], s_words[2..]);
            return Enumerable.Range(0, Documents).Select(document => new PairRow
            {
                Query = string.Join(' ', asked),
                Document = string.Join(' ', [.. random.GetItems(others, 4), .. asked.Take(document % 3)]),
                Label = document % 3,
                Group = $"q{query}",
                Stage = random.NextSingle(),
            }).ToArray();
        })];
    }

    public static IDataView Load(MLContext ml, IEnumerable<PairRow> rows)
    {
        var view = ml.Data.LoadFromEnumerable(rows.ToArray());
        return ml.Transforms.Conversion.MapValueToKey("GroupId", "Group").Fit(view).Transform(view);
    }

    /// <summary>Options of small networks of one epoch.</summary>
    public static NeuralRankingOptions Tiny(Action<NeuralRankingOptions>? change = null)
    {
        var options = new NeuralRankingOptions { EnsembleSize = 1, EmbeddingSize = 6, HiddenSize = 6, Filters = 3, MaxQueryTerms = 4, MaxDocumentTerms = 8 };
        (options.Training.Epochs, options.Training.Seed) = (1, 1);
        change?.Invoke(options);
        return options;
    }

    public static NetworkTransformer Fit(MLContext ml, IEnumerable<PairRow> rows, Action<NeuralRankingOptions>? change = null) =>
        ml.Ranking.Trainers.NeuralRanking(Tiny(change)).Fit(Load(ml, rows));
}
