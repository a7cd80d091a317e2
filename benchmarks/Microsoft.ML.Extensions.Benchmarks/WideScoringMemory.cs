using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The increase of the peak working set by scoring rows with a ParaRnn of some width. Measured in its own process.</summary>
internal static class WideScoringMemory
{
    /// <summary>The first argument of the program that measures.</summary>
    public const string Argument = "wide-scoring";

    public const int Steps = 200;

    private const int Channels = 8;

    public static double Megabytes(int width, int rows) =>
        MeasuringProgram.Megabytes(Argument, width.ToString(CultureInfo.InvariantCulture), rows.ToString(CultureInfo.InvariantCulture));

    /// <summary>The work of the child process: writes the megabytes.</summary>
    public static void Measure(int width, int rows)
    {
        var ml = new MLContext(1);
        using var model = ml.MulticlassClassification.Trainers.ParaRnn(new ParaRnnOptions
        {
            Base = SequenceBase.None,
            HiddenSize = width,
            EnsembleSize = 1,
            Training = { Epochs = 1, BatchSize = 4 },
        }).Fit(GeneratedRows.View(ml, 8, Steps, Channels));
        MeasuringProgram.WriteIncrease(
            () => _ = model.Transform(GeneratedRows.View(ml, rows, Steps, Channels)).GetColumn<float[]>("Score").Count());
    }
}
