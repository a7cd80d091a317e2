using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// RandomConvolution at its defaults on the published splits of all available sets of the archive, compared with ridge on the raw values
/// and one nearest neighbour.
/// </summary>
internal static class RandomConvolutionBenchmark
{
    private const int Seeds = 5;

    /// <param name="only">The one set to measure, or null for all.</param>
    public static string Run(string? only)
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Test accuracy; for numbers the root mean squared error. Of RandomConvolution the mean of {Seeds} seeds and its standard error; the others have no seed.");
        report.AppendLine("Ridge and the nearest neighbour see the values of a row one after the other, standardised, short rows filled up with the mean; ridge takes its penalty by leaving rows out.");
        report.AppendLine();
        report.AppendLine("| set | rows | RandomConvolution | standard error | longest fit, s | scoring, s | ridge | nearest neighbour | majority or mean |");
        report.AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var set in ArchiveSets.All.Where(set => only is null || set.Name == only))
        {
            var row = Row(set);
            Console.Error.WriteLine(row);
            report.AppendLine(row);
        }
        return report.ToString();
    }

    private static string Row(ArchiveSets set)
    {
        var ml = new MLContext(1);
        if (set.Train(ml) is not { } train || set.Test(ml) is not { } test)
        {
            return $"| {set.Name} | skipped: the data is not in ../shared/data or MLX_DATA | | | | | | | |";
        }
        var results = Enumerable.Range(1, Seeds).Select(seed => Measure(set, seed)).ToList();
        var mean = results.Average(result => result.Score);
        var error = Math.Sqrt(results.Sum(result => Math.Pow(result.Score - mean, 2)) / (Seeds - 1) / Seeds);
        var (rows, others) = (ArchiveSets.Rows(train, set.IsRegression), ArchiveSets.Rows(test, set.IsRegression));
        return string.Create(CultureInfo.InvariantCulture,
            $"| {set.Name} | {rows.Count} | {mean:f4} | {error:f4} | {results.Max(result => result.Fit):f1} | {results.Max(result => result.Scoring):f1} ")
            + string.Create(CultureInfo.InvariantCulture,
                $"| {Ridge(rows, others, set.IsRegression):f4} | {Nearest(rows, others, set.IsRegression):f4} | {Constant(rows, others, set.IsRegression):f4} |");
    }

    private static (double Score, double Fit, double Scoring) Measure(ArchiveSets set, int seed)
    {
        var ml = new MLContext(seed);
        var (train, test) = (set.Train(ml)!, set.Test(ml)!);
        var options = new RandomConvolutionOptions { Seed = seed };
        var clock = Stopwatch.StartNew();
        using var model = set.IsRegression ? ml.Regression.Trainers.RandomConvolution(options).Fit(train)
            : ml.MulticlassClassification.Trainers.RandomConvolution(options).Fit(train);
        var fit = clock.Elapsed.TotalSeconds;
        var score = set.IsRegression ? ml.Regression.Evaluate(model.Transform(test)).RootMeanSquaredError
            : ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
        return (score, fit, clock.Elapsed.TotalSeconds - fit);
    }

    private static double Constant(List<(float[] Values, string Label)> train, List<(float[] Values, string Label)> test, bool isRegression)
    {
        if (isRegression)
        {
            var mean = train.Average(row => Number(row.Label));
            return Math.Sqrt(test.Average(row => Math.Pow(Number(row.Label) - mean, 2)));
        }
        var most = train.GroupBy(row => row.Label).MaxBy(group => group.Count())!.Key;
        return (double)test.Count(row => row.Label == most) / test.Count;
    }

    private static double Nearest(List<(float[] Values, string Label)> train, List<(float[] Values, string Label)> test, bool isRegression)
    {
        var length = Math.Max(train.Max(row => row.Values.Length), test.Max(row => row.Values.Length));
        var found = NearestNeighbors.Predict(
            [.. train.Select(row => Filled(row.Values, length))], [.. train.Select(row => row.Label)],
                [.. test.Select(row => Filled(row.Values, length))], 1);
        return isRegression ? Math.Sqrt(test.Zip(found, (row, label) => Math.Pow(Number(row.Label) - Number(label), 2)).Average())
            : test.Zip(found, (row, label) => row.Label == label ? 1.0 : 0).Average();
    }

    // NaN counts as the mean in both.
    private static float[] Filled(float[] values, int length) => [.. values, .. Enumerable.Repeat(float.NaN, length - values.Length)];

    private static double Ridge(List<(float[] Values, string Label)> train, List<(float[] Values, string Label)> test, bool isRegression)
    {
        var found = RidgePeer.Predict(
            [.. train.Select(row => row.Values)], [.. train.Select(row => row.Label)], [.. test.Select(row => row.Values)], isRegression);
        return isRegression ? Math.Sqrt(test.Zip(found, (row, label) => Math.Pow(Number(row.Label) - Number(label), 2)).Average())
            : test.Zip(found, (row, label) => row.Label == label ? 1.0 : 0).Average();
    }

    private static double Number(string label) => double.Parse(label, CultureInfo.InvariantCulture);
}
