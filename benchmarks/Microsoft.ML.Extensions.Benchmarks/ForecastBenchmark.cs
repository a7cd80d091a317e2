using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// ETTh1: seven hourly series of a transformer station, standardised by the training part. Training, validation and test set have 12, 4
/// and 4 months of 30 days. Errors are over all series and steps of every window of the test part, as is usual for this set.
/// </summary>
internal static class ForecastBenchmark
{
    private const int TrainRows = 8640;
    private const int ValidationRows = 2880;
    private const int TestRows = 2880;
    private const int Season = 24;

    private static readonly (int History, int Horizon)[] Sizes = [(336, 96), (336, 192), (96, 96), (96, 192)];

    /// <param name="only">The one trainer to measure, or null for all.</param>
    public static string Run(string? only)
    {
        if (SharedData.Find("ett/ETTh1.csv") is not { } path)
        {
            return "skipped: ett/ETTh1.csv is not in ../shared/data or MLX_DATA\n";
        }
        var rows = Standardized(path);
        var report = new StringBuilder();
        report.AppendLine("| history, horizon | forecaster | MSE | MAE | seconds of training |");
        report.AppendLine("|---|---|---|---|---|");
        foreach (var (history, horizon) in Sizes)
        {
            Line("same hour a day before", Naive(rows, horizon), 0);
            foreach (var forecaster in SequenceForecasters.All.Where(forecaster => only is null || forecaster.Name == only))
            {
                var (metrics, seconds) = Measure(forecaster, rows, history, horizon);
                Line(forecaster.Name, (metrics.MeanSquaredError, metrics.MeanAbsoluteError), seconds);
            }

            void Line(string name, (double Squared, double Absolute) error, double seconds)
            {
                var line = string.Create(CultureInfo.InvariantCulture,
                    $"| {history}, {horizon} | {name} | {error.Squared:F4} | {error.Absolute:F4} | {seconds:F0} |");
                Console.Error.WriteLine(line);
                report.AppendLine(line);
            }
        }
        return report.ToString();
    }

    private static (ForecastMetrics Metrics, double Seconds) Measure(
        SequenceForecasters forecaster, float[][] rows, int history, int horizon)
    {
        var ml = new MLContext(1);
        var window = ml.Transforms.Sequences.ForecastWindow(["Values"], history, horizon);
        var (train, validation, test) = (Part(0, TrainRows), Part(TrainRows - history, ValidationRows + history),
            Part(TrainRows + ValidationRows - history, TestRows + history));
        var clock = Stopwatch.StartNew();
        using var model = forecaster.Fit(ml, train, validation);
        var seconds = clock.Elapsed.TotalSeconds;
        return (ml.Forecasting.Evaluate(model.Transform(test)), seconds);

        IDataView Part(int start, int count)
        {
            var schema = SchemaDefinition.Create(typeof(Hour));
            schema["Values"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Length);
            var table = ml.Data.LoadFromEnumerable(rows.Skip(start).Take(count).Select(row => new Hour { Values = row }), schema);
            return window.Fit(table).Transform(table);
        }
    }

    private static (double Squared, double Absolute) Naive(float[][] rows, int horizon)
    {
        var (squared, absolute, count) = (0.0, 0.0, 0L);
        for (var start = TrainRows + ValidationRows; start + horizon <= TrainRows + ValidationRows + TestRows; start++)
        {
            for (var step = 0; step < horizon; step++)
            {
                foreach (var (truth, before) in rows[start + step].Zip(rows[start - Season + (step % Season)]))
                {
                    squared += (double)(truth - before) * (truth - before);
                    absolute += Math.Abs(truth - before);
                    count++;
                }
            }
        }
        return (squared / count, absolute / count);
    }

    private static float[][] Standardized(string path)
    {
        var rows = File.ReadLines(path).Skip(1).Take(TrainRows + ValidationRows + TestRows)
            .Select(line => line.Split(',').Skip(1).Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        var columns = Enumerable.Range(0, rows[0].Length).Select(column => rows.Take(TrainRows).Select(row => row[column]).ToArray())
            .ToArray();
        var means = columns.Select(column => column.Average()).ToArray();
        var deviations = columns.Select((column, index) => Math.Sqrt(column.Average(value => Math.Pow(value - means[index], 2)))).ToArray();
        return [.. rows.Select(row => row.Select((value, column) => (float)((value - means[column]) / deviations[column])).ToArray())];
    }

    private sealed class Hour
    {
        public float[] Values { get; set; } = [];
    }
}
