using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The increase of the peak working set by one long row, alone and among many short ones. Measured in its own process, since a peak never
/// falls.
/// </summary>
internal static class LongRowMemory
{
    /// <summary>The first argument of the program that measures.</summary>
    public const string Argument = "long-row";

    public const int LongSteps = 20_000, ShortSteps = 10, BudgetMegabytes = 256;

    private const int Channels = 8;

    public static double Megabytes(string what, int shortRows)
    {
        var program = typeof(LongRowMemory).Assembly.GetName().Name!;
        var child = ChildProcess.Run(program, Argument, what, shortRows.ToString(CultureInfo.InvariantCulture));
        return child.ExitCode == 0
            ? double.Parse(child.OutputLines[^1], CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The measuring program ended with {child.ExitCode}: {child.Errors}");
    }

    /// <summary>The work of the child process: writes the megabytes.</summary>
    public static void Measure(string what, int shortRows)
    {
        var ml = new MLContext(1);
        using var model = Fit(ml, Rows(ml, 16, longRows: 0));
        // Training needs two classes, so there is one row of each; their number is the same in both runs.
        var data = what == "training" ? Rows(ml, shortRows, longRows: GeneratedRows.Classes) : Rows(ml, shortRows, longRows: 1);
        var before = Process.GetCurrentProcess().WorkingSet64;
        if (what == "training")
        {
            Fit(ml, data).Dispose();
        }
        else
        {
            _ = model.Transform(data).GetColumn<float[]>("Score").Count();
        }
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(((process.PeakWorkingSet64 - before) / 1048576.0).ToString("F1", CultureInfo.InvariantCulture));
    }

    private static NetworkTransformer Fit(MLContext ml, IDataView rows) => ml.MulticlassClassification.Trainers.ParaRnn(new ParaRnnOptions
    {
        Base = SequenceBase.None,
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
