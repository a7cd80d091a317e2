using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The evidence for the defaults of the sequence networks: one option changed at a time, by stratified cross-validation within the training
/// parts of the archive's sets. The test parts are not read.
/// </summary>
internal static class NetworkChoices
{
    private const int Folds = 5;

    private static readonly string[] Sets =
        ["ItalyPowerDemand", "JapaneseVowels", "ArrowHead", "PickupGestureWiimoteZ", "OSULeaf", "ACSF1", "Covid3Month", "MinimalGasPrices"];

    /// <param name="trainer">The trainer; null for ParaRnn.</param>
    /// <param name="variants">Changes of the defaults, such as <c>HiddenSize=64,Layers=3;Pooling=Mean</c>; null for none.</param>
    /// <param name="named">The sets, separated by commas; null for all.</param>
    /// <param name="seeds">The number of seeds, from 1; null for one.</param>
    public static string Run(string? trainer, string? variants, string? named, int? seeds)
    {
        var path = Path.Combine(ResultFile.Repository(), "benchmarks", "results", "networkchoices.tsv");
        trainer ??= "ParaRnn";
        foreach (var variant in (variants ?? "").Split(';'))
        {
            foreach (var name in Sets.Where(name => named is null || named.Split(',').Contains(name)))
            {
                for (var seed = 1; seed <= (seeds ?? 1); seed++)
                {
                    if (SeriesSet.Find(name) is { } set
                        && !Values(path).Exists(line => line is var (t, v, s, n) && t == trainer && v == variant && s == name && n == seed))
                    {
                        File.AppendAllText(path, Measure(set, trainer, variant, seed) + "\n");
                    }
                }
            }
        }
        return Report(path);
    }

    private static string Measure(SeriesSet set, string trainer, string variant, int seed)
    {
        var clock = Stopwatch.StartNew();
        var (error, loss, rows) = (0.0, 0.0, 0);
        var ml = new MLContext(seed);
        var schema = SchemaDefinition.Create(typeof(SeriesRow));
        schema[nameof(SeriesRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, set.Channels);
        schema[set.IsRegression ? nameof(SeriesRow.Target) : nameof(SeriesRow.Class)].ColumnName = "Label";
        IDataView View(SeriesRow[] part) => ml.Data.LoadFromEnumerable(part, schema);
        ITransformer? keys = set.IsRegression ? null : ml.Transforms.Conversion.MapValueToKey("Label").Fit(View(set.Train));
        foreach (var (train, held) in set.Folds(Folds, seed).Where(fold => fold.Held.Length > 0))
        {
            var learned = keys is null ? View(train) : keys.Transform(View(train));
            var left = keys is null ? View(held) : keys.Transform(View(held));
            using var model = Create(ml, trainer, variant, set.IsRegression, seed).Fit(learned);
            if (set.IsRegression)
            {
                error += held.Length * ml.Regression.Evaluate(model.Transform(left)).MeanSquaredError;
            }
            else
            {
                var metrics = ml.MulticlassClassification.Evaluate(model.Transform(left));
                (error, loss) = (error + (held.Length * (1 - metrics.MicroAccuracy)), loss + (held.Length * metrics.LogLoss));
            }
            rows += held.Length;
        }
        error = set.IsRegression
            ? Math.Sqrt(error / rows / set.Train.Average(row => Math.Pow(row.Target - set.Train.Average(other => other.Target), 2)))
            : error / rows;
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{trainer}\t{variant}\t{set.Name}\t{seed}\t{error:f4}\t{loss / rows:f4}\t{clock.Elapsed.TotalSeconds:f0}");
        Console.Error.WriteLine(line);
        return line;
    }

    private static IEstimator<NetworkTransformer> Create(MLContext ml, string trainer, string variant, bool isRegression, int seed)
    {
        var (classes, numbers) = (ml.MulticlassClassification.Trainers, ml.Regression.Trainers);
        return trainer switch
        {
            "ParaRnn" => Of(new ParaRnnOptions(), options => isRegression ? numbers.ParaRnn(options) : classes.ParaRnn(options)),
            "Lssl" => Of(new LsslOptions(), options => isRegression ? numbers.Lssl(options) : classes.Lssl(options)),
            "Aaren" => Of(new AarenOptions(), options => isRegression ? numbers.Aaren(options) : classes.Aaren(options)),
            "Recurrent" => Of(new RecurrentOptions(), options => isRegression ? numbers.Recurrent(options) : classes.Recurrent(options)),
            "SingleLayerTransformer" => Of(new SingleLayerTransformerOptions(), options =>
                isRegression ? numbers.SingleLayerTransformer(options) : classes.SingleLayerTransformer(options)),
            _ => throw new ArgumentException($"There is no trainer '{trainer}'."),
        };

        IEstimator<NetworkTransformer> Of<TOptions>(TOptions options, Func<TOptions, IEstimator<NetworkTransformer>> create)
            where TOptions : SequenceTrainerOptions
        {
            (options.Base, options.EnsembleSize, options.Training.Seed) = (SequenceBase.None, 1, seed);
            foreach (var change in variant.Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                Set(options, change);
            }
            return create(options);
        }
    }

    // A name with a point is an option within an option: Training.LabelSmoothing=0.
    private static void Set(object options, string change)
    {
        var (names, text) = change.Split('=') is [var left, var right] ? (left.Split('.'), right)
            : throw new ArgumentException($"'{change}' is no Option=Value.");
        foreach (var name in names[..^1])
        {
            options = options.GetType().GetProperty(name)!.GetValue(options)!;
        }
        var property = options.GetType().GetProperty(names[^1]) ?? throw new ArgumentException($"There is no option '{names[^1]}'.");
        property.SetValue(options, TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString(text));
    }

    private static List<(string Trainer, string Variant, string Set, int Seed)> Values(string path) => !File.Exists(path) ? []
        : [.. File.ReadLines(path).Select(line => line.Split('\t'))
            .Select(cells => (cells[0], cells[1], cells[2], int.Parse(cells[3], CultureInfo.InvariantCulture)))];

    private static string Report(string path)
    {
        var cells = File.ReadLines(path).Select(line => line.Split('\t')).ToLookup(parts => (Trainer: parts[0], Variant: parts[1]));
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"One network without a base, error of {Folds}-fold cross-validation inside train: the share of wrong classes and, after the slash, the log-loss; for numbers the root mean squared error over the targets' deviation. Mean of the seeds.");
        report.AppendLine();
        report.AppendLine($"| trainer | changed | {string.Join(" | ", Sets)} |");
        report.AppendLine($"|---|---|{string.Concat(Sets.Select(_ => "---|"))}");
        foreach (var row in cells)
        {
            report.AppendLine($"| {row.Key.Trainer} | {(row.Key.Variant.Length == 0 ? "nothing" : row.Key.Variant)} | {string.Join(" | ", Sets.Select(set =>
                Cell([.. row.Where(parts => parts[2] == set)])))} |");
        }
        return report.ToString();
    }

    private static string Cell(string[][] seeds)
    {
        double Mean(int cell) => seeds.Average(parts => double.Parse(parts[cell], CultureInfo.InvariantCulture));
        return seeds.Length == 0 ? ""
            : Mean(5) == 0 ? string.Create(CultureInfo.InvariantCulture, $"{Mean(4):f3} ({seeds.Length})")
            : string.Create(CultureInfo.InvariantCulture, $"{Mean(4):f3} / {Mean(5):f3} ({seeds.Length})");
    }
}
