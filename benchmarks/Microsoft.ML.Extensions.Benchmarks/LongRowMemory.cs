using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// What one long row adds to the working set at its peak, alone and among many short ones. Measured in a program of its own, since a peak
/// never falls.
/// </summary>
internal static class LongRowMemory
{
    /// <summary>The first argument of the program that measures.</summary>
    public const string Argument = "long-row";

    public const int LongSteps = 20_000, ShortSteps = 10, BudgetMegabytes = 256;

    /// <summary>The end of the name of what is measured with a base.</summary>
    public const string WithBase = " with a base";

    private const int Channels = 8;

    public static double Megabytes(string what, int shortRows)
    {
        var program = typeof(LongRowMemory).Assembly.GetName().Name!;
        var child = ChildProcess.Run(program, Argument, what, shortRows.ToString(CultureInfo.InvariantCulture));
        return child.ExitCode == 0
            ? double.Parse(child.OutputLines[^1], CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The measuring program ended with {child.ExitCode}: {child.Errors}");
    }

    /// <summary>What the program of its own does: writes the megabytes.</summary>
    public static void Measure(string what, int shortRows)
    {
        var (ml, hasBase, training) = (new MLContext(1), what.EndsWith(WithBase, StringComparison.Ordinal), what.StartsWith("training", StringComparison.Ordinal));
        using var model = Fit(ml, Rows(ml, 16, longRows: 0), hasBase);
        // In training one of each class, since a single class is none; their number is the same in both runs.
        var data = training ? Rows(ml, shortRows, longRows: GeneratedRows.Classes) : Rows(ml, shortRows, longRows: 1);
        var before = Process.GetCurrentProcess().WorkingSet64;
        if (training)
        {
            Fit(ml, data, hasBase).Dispose();
        }
        else
        {
            _ = model.Transform(data).GetColumn<float[]>("Score").Count();
        }
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(((process.PeakWorkingSet64 - before) / 1048576.0).ToString("F1", CultureInfo.InvariantCulture));
    }

    private static NetworkTransformer Fit(MLContext ml, IDataView rows, bool hasBase) => ml.MulticlassClassification.Trainers.ParaRnn(new ParaRnnOptions
    {
        Base = hasBase ? SequenceBase.RandomConvolution : SequenceBase.None,
        EnsembleSize = 1,
        Training = { Epochs = 1, BatchSize = 256, MemoryBudgetMegabytes = BudgetMegabytes, Seed = 1 },
    }).Fit(rows);

    private static IDataView Rows(MLContext ml, int shortRows, int longRows)
    {
        var schema = SchemaDefinition.Create(typeof(GeneratedRows.Row));
        schema[nameof(GeneratedRows.Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 0, Channels);
        schema[nameof(GeneratedRows.Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), GeneratedRows.Classes);
        return ml.Data.LoadFromEnumerable(
            GeneratedRows.Rows(shortRows, ShortSteps, Channels).Concat(GeneratedRows.Rows(longRows, LongSteps, Channels))
                .ToArray(), schema);
    }
}
