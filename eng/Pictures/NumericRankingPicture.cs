using System.Globalization;
using Microsoft.ML.Data;
using ScottPlot;

namespace Microsoft.ML.Extensions.Pictures;

/// <summary>NumericRanking: documents of two numbers, the score for all values of them, and the ranking of test queries.</summary>
internal static class NumericRankingPicture
{
    private const int Cells = 60;

    public static void Save(string path)
    {
        var ml = new MLContext(seed: 1);
        var train = Documents(60, 1);
        var model = ml.Transforms.Conversion.MapValueToKey("GroupId").Append(ml.Ranking.Trainers.NumericRanking()).Fit(ml.Data.LoadFromEnumerable(train));
        var test = model.Transform(ml.Data.LoadFromEnumerable(Documents(60, 2)));
        var map = new double[Cells, Cells];
        var grid = Enumerable.Range(0, Cells * Cells).Select(cell => new Document { Features = [At(cell % Cells), 1 - At(cell / Cells)] });
        foreach (var (score, cell) in model.Transform(ml.Data.LoadFromEnumerable(grid)).GetColumn<float>("Score").Select((score, cell) => (score, cell)))
        {
            map[cell / Cells, cell % Cells] = score;
        }
        var first = ml.Transforms.CopyColumns("Score", "First").Fit(test).Transform(test);
        (string Name, double Ndcg)[] found =
        [
            ("by the first number", ml.Ranking.EvaluateRanking(first).NdcgAt(10)),
            ("NumericRanking", ml.Ranking.EvaluateRanking(test).NdcgAt(10)),
        ];
        Panels.Save(path,
            plot =>
            {
                Color[] grades = [Colors.Gray, Panels.Classes[0], Panels.Classes[1]];
                for (var grade = 0; grade < grades.Length; grade++)
                {
                    var rows = train.Where(row => row.Label == grade).ToArray();
                    var points = plot.Add.ScatterPoints(rows.Select(row => row.Features[0]).ToArray(), rows.Select(row => row.Features[1]).ToArray());
                    (points.Color, points.MarkerSize, points.LegendText) = (grades[grade], 4, $"grade {grade}");
                }
                plot.Name("What it reads: numbers of documents", "first number", "second number");
                plot.ShowLegend(Alignment.UpperRight);
            },
            plot =>
            {
                plot.Map(map);
                plot.Name("What it learns: the score", "first number", "second number");
                plot.Axes.Bottom.SetTicks([0, Cells], ["0", "1"]);
                plot.Axes.Left.SetTicks([0, Cells], ["0", "1"]);
            },
            plot => plot.Results("60 test queries: NDCG of 10 documents", found));
    }

    public static void Results(this Plot plot, string title, (string Name, double Value)[] found)
    {
        var bars = plot.Add.Bars(found.Select((result, at) => new Bar
        {
            Position = at,
            Value = result.Value,
            Size = 0.6,
            FillColor = Panels.Classes[at % 2],
            LineWidth = 0,
            Label = result.Value.ToString("f2", CultureInfo.InvariantCulture),
        }).ToArray());
        bars.ValueLabelStyle.FontSize = 14;
        plot.Title(title);
        plot.Axes.Bottom.SetTicks([.. found.Select((_, at) => (double)at)], [.. found.Select(result => result.Name)]);
        plot.Axes.SetLimits(-0.6, found.Length - 0.4, 0, 1.1);
    }

    private static float At(int cell) => (cell + 0.5f) / Cells;

    // Relevant documents are near a ring: not where a single number is highest.
    private static Document[] Documents(int queries, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, queries * 12).Select(row =>
        {
            float[] features = [random.NextSingle(), random.NextSingle()];
            var away = Math.Abs(Math.Sqrt(Math.Pow(features[0] - 0.5, 2) + Math.Pow(features[1] - 0.5, 2)) - 0.3) + (0.05 * random.NextDouble());
            return new Document { GroupId = row / 12, Label = away < 0.07 ? 2 : away < 0.14 ? 1 : 0, Features = features, First = features[0] };
        })];
    }

    private sealed class Document
    {
        public int GroupId { get; set; }

        public float Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public float First { get; set; }
    }
}
