using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Spoken digits from raw samples, thousands of steps: LSSL compared with nn.GRU and nn.LSTM in the same time, also at half the sampling
/// rate.
/// </summary>
internal static class SpeechBenchmark
{
    private const int Width = 32;
    private const double DefaultSeconds = 90;

    /// <param name="seconds">The training time of each network, or null for about ten minutes in total.</param>
    public static string Run(double? seconds)
    {
        var recordings = SpokenDigits.Load();
        if (recordings.Count == 0)
        {
            return "Skipped: fsdd is not in ../shared/data or MLX_DATA.";
        }
        var ml = new MLContext(1);
        IDataView View(bool test, int every) =>
            ClassifiedSeries.View(
                ml, recordings.Where(recording => recording.IsTest == test).Select(recording => recording.Subsampled(every)), 0);
        var (train, test, half) = (View(false, 1), View(true, 1), View(true, 2));
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"{train.GetRowCount()} training and {test.GetRowCount()} test recordings of 8 kHz, split by take as published, {recordings.Average(r => r.Series.Features.Length):F0} samples on average. One network of two layers of width {Width}, one seed, {seconds ?? DefaultSeconds:F0} s of training each in whole epochs. 4 kHz: every second sample of the test recordings, no training on them; the shift is WithSamplingRate(0.5).").AppendLine();
        report.AppendLine("| network | 8 kHz | 4 kHz | 4 kHz, shifted | epochs | seconds | parameters |");
        report.AppendLine("|---|---|---|---|---|---|---|");
        foreach (var contender in Contenders())
        {
            using var timed = TimedFit.Run(ml, train, seconds ?? DefaultSeconds, training => contender.Create(ml, training));
            var shifted = timed.Model.Model.Kind == "Lssl" ? Shifted(ml, timed.Model, half) : "";
            var row = string.Create(CultureInfo.InvariantCulture,
                $"| {contender.Name} | {Accuracy(ml, timed.Model, test):F3} | {Accuracy(ml, timed.Model, half):F3} | {shifted} | {timed.Epochs} | {timed.Seconds:F0} | {timed.Model.Model.ParameterCount} |");
            Console.Error.WriteLine(row);
            report.AppendLine(row);
        }
        return report.ToString();
    }

    private static IEnumerable<Contender> Contenders() =>
        [Contender.Lssl("LSSL", Width, options => options.MinTimescale = 1e-4), .. Contender.Peers(Width)];

    private static string Shifted(MLContext ml, NetworkTransformer model, IDataView half)
    {
        using var shifted = model.WithSamplingRate(0.5);
        return Accuracy(ml, shifted, half).ToString("F3", CultureInfo.InvariantCulture);
    }

    private static double Accuracy(MLContext ml, NetworkTransformer model, IDataView data) =>
        ml.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy;
}
