using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Whether conformal sets and intervals hold the label as often as they promise: RandomConvolution on half of a set's training part,
/// calibrated by the other half, measured on the published test part.
/// </summary>
internal static class ConformalBenchmark
{
    private const int Seeds = 10;
    private const double Coverage = 0.9;

    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Coverage asked for: {Coverage}. Means over {Seeds} seeds, each with another division of the training part, and the standard error. Size: classes in a set, or the width of an interval over that of the labels' range.");
        report.AppendLine();
        report.AppendLine("| set | calibration rows | test rows | method | coverage | standard error | size | sets of one class |");
        report.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var set in ArchiveSets.All)
        {
            foreach (var row in Rows(set))
            {
                Console.Error.WriteLine(row);
                report.AppendLine(row);
            }
        }
        return report.ToString();
    }

    private static IEnumerable<string> Rows(ArchiveSets set)
    {
        var ml = new MLContext(1);
        if (set.Train(ml) is null || set.Test(ml) is null)
        {
            return [$"| {set.Name} | skipped: the data is not in ../shared/data or MLX_DATA | | | | | | |"];
        }
        var results = Enumerable.Range(1, Seeds).SelectMany(seed => set.IsRegression ? Interval(set, seed) : Sets(set, seed)).ToList();
        return results.GroupBy(result => result.Method).Select(method =>
        {
            var (mean, first) = (method.Average(result => result.Coverage), method.First());
            var error = Math.Sqrt(method.Sum(result => Math.Pow(result.Coverage - mean, 2)) / (Seeds - 1) / Seeds);
            var single = double.IsNaN(first.Single) ? "" : method.Average(result => result.Single).ToString("f3", CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture,
                $"| {set.Name} | {first.Calibration} | {first.Test} | {method.Key} | {mean:f3} | {error:f3} | {method.Average(result => result.Size):f2} | {single} |");
        });
    }

    private static IEnumerable<Result> Sets(ArchiveSets set, int seed)
    {
        var (ml, train, held, test) = Parts(set, seed);
        using var model = ml.MulticlassClassification.Trainers.RandomConvolution(new RandomConvolutionOptions { Seed = seed }).Fit(train);
        var (calibration, scored) = (ml.Data.Cache(model.Transform(held)), ml.Data.Cache(model.Transform(test)));
        foreach (var method in Enum.GetValues<ConformalSetMethod>())
        {
            var sets = ml.MulticlassClassification.ConformalSet(new ConformalSetOptions { Coverage = Coverage, Method = method }).Fit(calibration);
            var metrics = ml.MulticlassClassification.EvaluateSets(sets.Transform(scored));
            yield return new(method.ToString(), Count(calibration), (int)metrics.Rows, metrics.Coverage, metrics.MeanSize, metrics.SingleShare);
        }
    }

    private static IEnumerable<Result> Interval(ArchiveSets set, int seed)
    {
        var (ml, train, held, test) = Parts(set, seed);
        using var model = ml.Regression.Trainers.RandomConvolution(new RandomConvolutionOptions { Seed = seed }).Fit(train);
        var calibration = ml.Data.Cache(model.Transform(held));
        var intervals = ml.Regression.ConformalInterval(Coverage).Fit(calibration);
        var metrics = ml.Regression.EvaluateIntervals(intervals.Transform(model.Transform(test)), coverage: Coverage);
        var labels = test.GetColumn<float>("Label").ToArray();
        yield return new("interval", Count(calibration), labels.Length, metrics.Coverage, metrics.MeanWidth / (labels.Max() - labels.Min()), double.NaN);
    }

    private static (MLContext ML, IDataView Train, IDataView Calibration, IDataView Test) Parts(ArchiveSets set, int seed)
    {
        var ml = new MLContext(seed);
        var rows = ml.Data.Cache(ml.Data.ShuffleRows(set.Train(ml)!, seed));
        var half = Count(rows) / 2;
        return (ml, ml.Data.TakeRows(rows, half), ml.Data.SkipRows(rows, half), set.Test(ml)!);
    }

    private static int Count(IDataView data)
    {
        var count = 0;
        using var cursor = data.GetRowCursor([]);
        while (cursor.MoveNext())
        {
            count++;
        }
        return count;
    }

    private sealed record Result(string Method, int Calibration, int Test, double Coverage, double Size, double Single);
}
