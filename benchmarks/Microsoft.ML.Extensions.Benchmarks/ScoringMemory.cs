using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The peak working set of a process that loads a model and scores rows with a PredictionEngine, by C# kernels or by libtorch.</summary>
internal static class ScoringMemory
{
    /// <summary>The first argument of the program that measures.</summary>
    public const string Argument = "scoring-memory";

    private const int Rows = 1000;

    public static double Megabytes(string model, bool libtorch, int steps, int channels) => MeasuringProgram.Megabytes(
        Argument, model, $"{libtorch}", steps.ToString(CultureInfo.InvariantCulture), channels.ToString(CultureInfo.InvariantCulture));

    /// <summary>The work of the child process: writes the megabytes.</summary>
    public static void Measure(string path, bool libtorch, int steps, int channels)
    {
        AppContext.SetSwitch("Microsoft.ML.Extensions.ScoreWithLibtorch", libtorch);
        var ml = new MLContext(1);
        using var engine = ml.Model.CreatePredictionEngine<GeneratedRows.Row, ScoringBenchmark.Prediction>(
            ml.Model.Load(path, out _), GeneratedRows.View(ml, 1, steps, channels).Schema);
        foreach (var row in GeneratedRows.Rows(Rows, steps, channels))
        {
            engine.Predict(row);
        }
        using var process = Process.GetCurrentProcess();
        Console.WriteLine((process.PeakWorkingSet64 / 1048576.0).ToString("F1", CultureInfo.InvariantCulture));
    }
}
