using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Pictures;

/// <summary>NeuralRanking: queries and documents that say the same by other words, the scores of words for words, and the ranking of test queries.</summary>
internal static class NeuralRankingPicture
{
    private const int Documents = 8;

    private static readonly string[] s_asked = ["car", "doctor", "film", "sofa", "lawyer", "shop", "kid", "street"];
    private static readonly string[] s_written = ["automobile", "physician", "movie", "couch", "attorney", "store", "child", "road"];
    private static readonly string[] s_others = ["the", "new", "a", "good", "old", "some", "near", "with", "and", "for"];

    public static void Save(string path)
    {
        var ml = new MLContext(seed: 1);
        var model = ml.Transforms.Conversion.MapValueToKey("GroupId").Append(ml.Ranking.Trainers.NeuralRanking())
            .Fit(ml.Data.LoadFromEnumerable(Pairs(150, 1)));
        var rows = Pairs(60, 2);
        var test = model.Transform(ml.Data.LoadFromEnumerable(rows));
        var words = ml.Transforms.LexicalScore("Score", "Query", "Document").Fit(test).Transform(test);
        var map = new double[s_asked.Length, s_written.Length];
        var all = s_asked.SelectMany(asked => s_written.Select(written => new Pair { Query = asked, Document = $"the new {written} and some" }));
        foreach (var (score, cell) in model.Transform(ml.Data.LoadFromEnumerable(all)).GetColumn<float>("Score").Select((score, cell) => (score, cell)))
        {
            map[cell / s_written.Length, cell % s_written.Length] = score;
        }
        Panels.Save(path,
            plot =>
            {
                var shown = rows.Take(Documents).OrderByDescending(row => row.Label).ToArray();
                plot.Title($"What it reads: query \"{shown[0].Query}\"");
                foreach (var (row, at) in shown.Select((row, at) => (row, at)))
                {
                    var text = plot.Add.Text($"{row.Label:f0}   {row.Document}", 0, -at);
                    (text.LabelFontColor, text.LabelFontSize) = (Panels.Classes[row.Label > 0 ? 1 : 0], 12);
                }
                plot.Axes.SetLimits(-0.02, 1, -Documents + 0.5, 0.8);
                plot.HideAxesAndGrid();
            },
            plot =>
            {
                plot.Map(map);
                plot.Title("What it learns: score of a word for a word");
                plot.Axes.Bottom.SetTicks([.. s_written.Select((_, at) => (double)at)], s_written);
                plot.Axes.Bottom.TickLabelStyle.Rotation = 40;
                plot.Axes.Bottom.TickLabelStyle.Alignment = ScottPlot.Alignment.MiddleLeft;
                plot.Axes.Bottom.MinimumSize = 70;
                plot.Axes.Left.SetTicks([.. s_asked.Select((_, at) => s_asked.Length - 1.0 - at)], s_asked);
            },
            plot => plot.Results($"60 test queries: NDCG of {Documents} documents",
            [
                ("BM25", ml.Ranking.EvaluateRanking(words).NdcgAt(10)), ("NeuralRanking", ml.Ranking.EvaluateRanking(test).NdcgAt(10)),
            ]));
    }

    private static Pair[] Pairs(int queries, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, queries * Documents).Select(row =>
        {
            var asked = row / Documents % s_asked.Length;
            var about = row % 4 == 0 ? asked : (asked + random.Next(1, s_asked.Length)) % s_asked.Length;
            var text = Enumerable.Range(0, 4).Select(_ => s_others[random.Next(s_others.Length)]).Append(s_written[about]).ToArray();
            random.Shuffle(text);
            return new Pair { GroupId = row / Documents, Query = s_asked[asked], Document = string.Join(' ', text), Label = about == asked ? 1 : 0 };
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
