using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

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

    /// <summary>What is trained, by the end of the name of what is measured.</summary>
    public static IReadOnlyList<KeyValuePair<string, Func<MLContext, int, IEstimator<NetworkTransformer>>>> Trainers { get; } =
    [
        Of<ParaRnnOptions>(" by ParaRnn", SequenceBase.None, (trainers, options) => trainers.ParaRnn(options)),
        Of<LsslOptions>(" by Lssl", SequenceBase.None, (trainers, options) => trainers.Lssl(options)),
        Of<AarenOptions>(" by Aaren", SequenceBase.None, (trainers, options) => trainers.Aaren(options)),
        Of<RecurrentOptions>(" by Recurrent", SequenceBase.None, (trainers, options) => trainers.Recurrent(options)),
        Of<ParaRnnOptions>(" by ParaRnn with a base", SequenceBase.RandomConvolution, (trainers, options) => trainers.ParaRnn(options)),
    ];

    private const int Channels = 8;

    public static double Megabytes(string what, int shortRows) =>
        MeasuringProgram.Megabytes(Argument, what, shortRows.ToString(CultureInfo.InvariantCulture));

    /// <summary>The work of the child process: writes the megabytes.</summary>
    /// <param name="what">"scoring" or "training", followed by the name of the trainer.</param>
    /// <param name="shortRows">The number of short rows; with none, training uses the long ones one at a time.</param>
    public static void Measure(string what, int shortRows)
    {
        var (ml, training) = (new MLContext(1), what.StartsWith("training", StringComparison.Ordinal));
        var trainer = Trainers.First(pair => what.EndsWith(pair.Key, StringComparison.Ordinal)).Value;
        using var model = trainer(ml, 256).Fit(Rows(ml, 16, longRows: 0));
        // Training uses three rows of each class, so that one can be left out for a base.
        var data = Rows(ml, shortRows, longRows: training ? 3 * GeneratedRows.Classes : 1);
        MeasuringProgram.WriteIncrease(() =>
        {
            if (training)
            {
                trainer(ml, shortRows == 0 ? 1 : 256).Fit(data).Dispose();
            }
            else
            {
                _ = model.Transform(data).GetColumn<float[]>("Score").Count();
            }
        });
    }

    private static KeyValuePair<string, Func<MLContext, int, IEstimator<NetworkTransformer>>> Of<TOptions>(
        string ending, SequenceBase sequenceBase, Func<MulticlassClassificationCatalog.MulticlassClassificationTrainers, TOptions, IEstimator<NetworkTransformer>> create)
        where TOptions : SequenceTrainerOptions, new() => new(ending, (ml, batch) =>
        {
            var options = new TOptions { Base = sequenceBase, EnsembleSize = 1 };
            (options.Training.Epochs, options.Training.BatchSize, options.Training.MemoryBudgetMegabytes, options.Training.Seed) = (1, batch, BudgetMegabytes, 1);
            return create(ml.MulticlassClassification.Trainers, options);
        });

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
