using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The exact index compared with an approximate one, for growing numbers of vectors.</summary>
internal static class VectorIndexBenchmark
{
    private const int Dimensions = 384;
    private const int Queries = 50;
    private const int Top = 10;
    private const int Topics = 200;

    public static string Run()
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Vectors of {Dimensions} numbers around {Topics} random centres, one thread; the {Top} nearest. The exact index has a recall of 1 by what it does.");
        report.AppendLine();
        report.AppendLine("| vectors | exact: built in s | a search, ms | USearch: built in s | a search, ms | recall |");
        report.AppendLine("|---|---|---|---|---|---|");
        var random = new Random(1);
        var centres = Enumerable.Range(0, Topics).Select(_ => Near(random, new float[Dimensions])).ToArray();
        foreach (var count in new[] { 1_000, 10_000, 50_000 })
        {
            var vectors = Enumerable.Range(0, count).Select(_ => Near(random, centres[random.Next(Topics)])).ToArray();
            var queries = Enumerable.Range(0, Queries).Select(_ => Near(random, centres[random.Next(Topics)])).ToArray();
            using var exact = new DenseIndex(Dimensions);
            using var approximate = new USearchIndexAdapter(Dimensions);
            var (exactBuilt, approximateBuilt) = (
                Timing.Seconds(() => Fill(exact, vectors)), Timing.Seconds(() => Fill(approximate, vectors)));
            var exactSearch = Timing.Of(() => Array.ForEach(queries, query => exact.Search(query, Top)));
            var approximateSearch = Timing.Of(() => Array.ForEach(queries, query => approximate.Search(query, Top)));
            var recall = queries.Average(query => Ids(exact, query).Intersect(Ids(approximate, query)).Count() / (double)Top);
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {count} | {exactBuilt:F2} | {1e3 * exactSearch.Median / Queries:F2} | {approximateBuilt:F2} | {1e3 * approximateSearch.Median / Queries:F2} | {recall:F3} |");
        }
        return report.ToString();
    }

    private static IEnumerable<string> Ids(IVectorIndex index, float[] query) => index.Search(query, Top).Select(match => match.Id);

    private static void Fill(IVectorIndex index, float[][] vectors)
    {
        for (var place = 0; place < vectors.Length; place++)
        {
            index.Add(place.ToString(CultureInfo.InvariantCulture), vectors[place]);
        }
    }

    private static float[] Near(Random random, float[] centre) => [.. centre.Select(value => value + (float)(random.NextDouble() - 0.5))];
}
