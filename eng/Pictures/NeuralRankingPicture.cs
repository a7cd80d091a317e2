using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Pictures;

/// <summary>NeuralRanking: queries and documents, the score of documents that say the same in other words, and the ranking of test queries.</summary>
internal static class NeuralRankingPicture
{
    private const int Documents = 12;
    private const int Relevant = 3;
    private const int WordsAround = 5;

    // Two words for one thing, which stand among the same others.
    private static readonly (string One, string Other, string[] Around)[] s_topics =
    [
        ("car", "automobile", ["engine", "wheel", "road", "brake", "fuel", "driver"]),
        ("sofa", "couch", ["cushion", "leather", "seat", "lounge", "pillow", "fabric"]),
        ("doctor", "physician", ["clinic", "patient", "illness", "surgery", "nurse", "remedy"]),
        ("film", "movie", ["actor", "screen", "scene", "director", "cinema", "plot"]),
        ("shop", "store", ["customer", "price", "counter", "discount", "shelf", "cashier"]),
        ("ship", "vessel", ["harbour", "sail", "captain", "deck", "ocean", "cargo"]),
    ];

    public static void Save(string path)
    {
        var ml = new MLContext(seed: 1);
        var model = ml.Transforms.Conversion.MapValueToKey("GroupId").Append(ml.Ranking.Trainers.NeuralRanking()).Fit(ml.Data.LoadFromEnumerable(Pairs(100, 1)));
        var pairs = Pairs(100, 2);
        var test = model.Transform(ml.Data.LoadFromEnumerable(pairs));
        var scores = test.GetColumn<float>("Score").ToArray();
        var lexical = ml.Transforms.Conversion.MapValueToKey("GroupId").Append(ml.Transforms.LexicalScore("Score", "Query", "Document"));
        (string Name, double Ndcg)[] found =
        [
            ("BM25", ml.Ranking.EvaluateRanking(lexical.Fit(ml.Data.LoadFromEnumerable(pairs)).Transform(ml.Data.LoadFromEnumerable(pairs))).NdcgAt(10)),
            ("NeuralRanking", ml.Ranking.EvaluateRanking(test).NdcgAt(10)),
        ];
        Panels.Save(path,
            plot =>
            {
                plot.Add.Text($"query: {pairs[0].Query}", 0, 0).LabelFontSize = 14;
                foreach (var (pair, at) in pairs.Take(Documents).OrderByDescending(pair => pair.Label).Take(6).Select((pair, at) => (pair, at)))
                {
                    var text = plot.Add.Text($"{pair.Label:f0}  {pair.Document}", 0, -2 - (1.3 * at));
                    (text.LabelFontSize, text.LabelFontColor) = (11, pair.Label > 0 ? Panels.Classes[1] : ScottPlot.Colors.Black);
                }
                plot.Axes.SetLimits(-0.2, 12, -10, 1);
                plot.Bare("What it reads: texts with grades");
            },
            plot =>
            {
                var kinds = new[] { "the query's word", "its synonym", "neither" };
                var means = kinds.Select((_, kind) => pairs.Zip(scores).Where(pair => Kind(pair.First) == kind).Average(pair => (double)pair.Second)).ToArray();
                var bars = plot.Add.Bars(means.Select((mean, at) => new ScottPlot.Bar
                {
                    Position = at,
                    Value = mean - means[2],
                    Size = 0.6,
                    FillColor = Panels.Classes[at % 2],
                    LineWidth = 0,
                }).ToArray());
                plot.Name("What it learns: words alike", "the document has", "mean score above the last");
                plot.Axes.Bottom.SetTicks([0, 1, 2], kinds);
            },
            plot => plot.Results("100 test queries: NDCG of 10 documents", found));
    }

    private static int Kind(Pair pair)
    {
        var (one, other, _) = Array.Find(s_topics, topic => topic.One == pair.Query || topic.Other == pair.Query);
        return pair.Document.Contains(pair.Query, StringComparison.Ordinal) ? 0
            : pair.Document.Contains(pair.Query == one ? other : one, StringComparison.Ordinal) ? 1 : 2;
    }

    private static Pair[] Pairs(int queries, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, queries * Documents).GroupBy(row => row / Documents).SelectMany(query =>
        {
            var topic = random.Next(s_topics.Length);
            var asked = random.Next(2) == 0 ? s_topics[topic].One : s_topics[topic].Other;
            return query.Select(row => row % Documents < Relevant ? Document(topic, 1) : Document((topic + 1 + random.Next(s_topics.Length - 1)) % s_topics.Length, 0)).ToArray();

            Pair Document(int about, float label)
            {
                var (one, other, around) = s_topics[about];
                string[] words = [random.Next(2) == 0 ? one : other, .. random.GetItems(around, WordsAround)];
                random.Shuffle(words);
                return new() { GroupId = query.Key, Query = asked, Document = string.Join(' ', words), Label = label };
            }
        })];
    }

    private sealed class Pair
    {
        public int GroupId { get; set; }

        public string Query { get; set; } = "";

        public string Document { get; set; } = "";

        public float Label { get; set; }
    }
}
