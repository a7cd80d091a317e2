using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Pairs of query and document a second, in training and in scoring, for every architecture of NeuralRanking.</summary>
internal static class RankingSpeedBenchmark
{
    private const int Queries = 64;
    private const int DocumentsOfQuery = 20;
    private const int DocumentWords = 60;
    private const int QueryWords = 4;
    private const int Vocabulary = 5_000;
    private const int LeastEpochs = 4;
    private const double LeastSeconds = 1;

    /// <param name="only">One architecture; null for all.</param>
    public static string Run(string? only)
    {
        var ml = new MLContext(1);
        var rows = ml.Data.LoadFromEnumerable(Rows(), Schema());
        var pairs = Queries * DocumentsOfQuery;
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"{Queries} queries of {QueryWords} words with {DocumentsOfQuery} documents of {DocumentWords} each, {Vocabulary} words by a power law; one network at its defaults. Training: a fit of many epochs less one of one epoch. Pairs a second{(Timing.OfProcessor ? " of processor time" : "")}.");
        report.AppendLine();
        report.AppendLine("| architecture | training | Transform |");
        report.AppendLine("|---|---|---|");
        foreach (var architecture in Enum.GetValues<RankingArchitecture>().Where(one => only is null || $"{one}" == only))
        {
            Fit(1).Dispose();
            NetworkTransformer? model = null;
            var once = Timing.Seconds(() => Fit(1).Dispose());
            var (epochs, more) = (LeastEpochs / 2, 0.0);
            while (more < LeastSeconds)
            {
                epochs *= 2;
                model?.Dispose();
                more = Timing.Seconds(() => model = Fit(1 + epochs)) - once;
            }
            var scoring = Timing.Of(() => model!.Transform(rows).GetColumn<float>("Score").Count());
            model!.Dispose();
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {architecture} | {epochs * pairs / more:F0} | {pairs / scoring.Median:F0} |");
            Console.Error.WriteLine(report.ToString().TrimEnd().Split('\n')[^1]);

            NetworkTransformer Fit(int epochs)
            {
                var options = new NeuralRankingOptions { Architecture = architecture, EnsembleSize = 1 };
                options.Training.Epochs = epochs;
                options.Training.ValidationFraction = 0;
                return ml.Ranking.Trainers.NeuralRanking(options).Fit(rows);
            }
        }
        return report.ToString();
    }

    private static SchemaDefinition Schema()
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.GroupId)].ColumnType = new KeyDataViewType(typeof(uint), Queries);
        return schema;
    }

    // Documents of a query share some of its words, more where they are relevant.
    private static IEnumerable<Row> Rows()
    {
        var random = new Random(1);
        for (var query = 0; query < Queries; query++)
        {
            var asked = Text(random, QueryWords);
            for (var place = 0; place < DocumentsOfQuery; place++)
            {
                yield return new Row
                {
                    GroupId = (uint)query,
                    Query = asked,
                    Document = place < 4 ? $"{Text(random, DocumentWords - QueryWords)} {asked}" : Text(random, DocumentWords),
                    Label = place < 4 ? 1 : 0,
                };
            }
        }
    }

    private static string Text(Random random, int words) =>
        string.Join(' ', Enumerable.Range(0, words).Select(_ => FormattableString.Invariant($"w{(int)(Vocabulary * Math.Pow(random.NextDouble(), 2))}")));

    private sealed class Row
    {
        public uint GroupId { get; set; }

        public string Query { get; set; } = "";

        public string Document { get; set; } = "";

        public float Label { get; set; }
    }
}
