using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Queries of two words each; a document is relevant by how many of them it has.</summary>
internal static class RankingToy
{
    public const int Documents = 6;

    private static readonly string[] s_words = ["amber", "birch", "cedar", "dune", "ember", "fjord", "glade", "heath", "inlet", "jetty"];

    public static RankingToyRow[] Rows(int queries, int seed = 1)
    {
        var random = new Random(seed);
        var rows = new List<RankingToyRow>();
        for (var query = 0; query < queries; query++)
        {
            var asked = random.GetItems(s_words, 2);
            for (var document = 0; document < Documents; document++)
            {
                var text = random.GetItems(s_words, 6).Where(word => !asked.Contains(word))
                    .Concat(document % 3 == 0 ? [] : asked.Take(document % 3)).ToArray();
                random.Shuffle(text);
                var label = asked.Distinct().Count(text.Contains);
                rows.Add(new RankingToyRow
                {
                    Query = string.Join(' ', asked),
                    Document = string.Join(' ', text),
                    Label = label,
                    Group = $"q{query}",
                    Stage = label + random.NextSingle(),
                });
            }
        }
        return [.. rows];
    }

    public static IDataView Load(MLContext ml, IEnumerable<RankingToyRow> rows)
    {
        var view = ml.Data.LoadFromEnumerable(rows.ToArray());
        return ml.Transforms.Conversion.MapValueToKey("GroupId", "Group").Fit(view).Transform(view);
    }

    public static NeuralRankingOptions Tiny(Action<NeuralRankingOptions>? change = null)
    {
        var options = new NeuralRankingOptions
        {
            EnsembleSize = 1,
            EmbeddingSize = 6,
            HiddenSize = 6,
            Filters = 3,
            MaxQueryTerms = 4,
            MaxDocumentTerms = 12
        };
        (options.Training.Epochs, options.Training.BatchSize, options.Training.LearningRate, options.Training.Seed) = (3, 4, 0.02, 1);
        change?.Invoke(options);
        return options;
    }

    public static NetworkTransformer Fit(MLContext ml, IDataView data, Action<NeuralRankingOptions>? change = null) =>
        ml.Ranking.Trainers.NeuralRanking(Tiny(change)).Fit(data);

    public static float[] Scores(MLContext ml, ITransformer model, IDataView data) =>
        [.. ml.Data.CreateEnumerable<RankingToyScore>(model.Transform(data), reuseRowObject: false).Select(row => row.Score)];
}

internal sealed class RankingToyRow
{
    public string Query { get; set; } = "";

    public string Document { get; set; } = "";

    public float Label { get; set; }

    public string Group { get; set; } = "";

    public float Stage { get; set; }
}

internal sealed class RankingToyScore
{
    public float Score { get; set; }
}
