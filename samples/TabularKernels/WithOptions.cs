using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The sample with options, on generated data or on your own files.</summary>
internal static class WithOptions
{
    private const int GeneratedRows = 600;

    public static int Run(string[] args) => Sample.Run(args, TabularArguments.Parse, Classify);

    private static Figures Classify(TabularArguments arguments, CancellationToken cancellation)
    {
        var ml = new MLContext(arguments.Seed);
        var table = arguments.Data is { } file ? TableReader.Read(file, arguments.Label, arguments.Texts)
            : Waveforms.Generate(GeneratedRows, arguments.Seed);
        var folds = table.Folds(arguments.Folds, arguments.Seed);
        var options = new NeuralTangentKernelOptions { Seed = arguments.Seed, CancellationToken = cancellation };
        foreach (var setting in arguments.Settings)
        {
            OptionSetter.Set(options, setting);
        }
        var design = "";
        ml.Log += (_, message) => design = message.Source.StartsWith(nameof(NeuralTangentKernelTrainer), StringComparison.Ordinal)
            && message.Kind == ChannelMessageKind.Info ? message.RawMessage : design;
        var (accuracies, clock) = (new List<double>(), new Stopwatch());
        for (var fold = 0; fold < arguments.Folds; fold++)
        {
            var (train, test) = (Rows(row => folds[row] != fold), Rows(row => folds[row] == fold));
            clock.Start();
            var model = Pipeline(ml, table, options).Fit(train);
            clock.Stop();
            cancellation.ThrowIfCancellationRequested();
            accuracies.Add(ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy);
            Console.WriteLine($"fold {fold + 1}: {accuracies[^1]:0.0000}. {design}");
        }
        Console.WriteLine($"limit: {(options.InfiniteDepth ? design.Split(' ')[^1].TrimEnd('.') : "none, the depth is finite")}");
        var mean = accuracies.Average();
        return new Figures
        {
            { "accuracy_mean", mean },
            { "accuracy_std", Math.Sqrt(accuracies.Average(accuracy => Math.Pow(accuracy - mean, 2))) },
            { "fit_seconds", clock.Elapsed.TotalSeconds / arguments.Folds },
        };

        IDataView Rows(Func<int, bool> belongs) => table.View(ml, Enumerable.Range(0, table.Rows.Length).Where(belongs));
    }

    // Missing numbers become the mean of the others; the classes have the same keys in every fold.
    private static EstimatorChain<ITransformer> Pipeline(MLContext ml, Table table, NeuralTangentKernelOptions options) =>
        ml.Transforms.ReplaceMissingValues(nameof(TableRow.Features), replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean)
            .Append(ml.Transforms.Conversion.MapValueToKey("Label", nameof(TableRow.Class),
                keyData: ml.Data.LoadFromEnumerable(
                    table.Rows.Select(row => row.Class).Distinct().Order().Select(name => new ClassName(name)))))
            .Append<ITransformer>(ml.MulticlassClassification.Trainers.NeuralTangentKernel(options));

    private sealed record ClassName(string Class);
}
