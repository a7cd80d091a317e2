using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The direction of movement, which single frames do not show: LRCN compared with the paper's baseline of single frames (Donahue et al.
/// 2015, section 4).
/// </summary>
internal static class LrcnBenchmark
{
    private const int Seeds = 3, TrainRows = 240, TestRows = 400, Epochs = 20;

    private static readonly (string Name, int Frames, Action<LrcnOptions> Change)[] Contenders =
    [
        ("LRCN, mean", 16, _ => { }),
        ("LRCN, last", 16, options => options.Fusion = FrameFusion.Last),
        ("single frame", 16, options => options.SingleFrame = true),
        ("LRCN, mean, clips of 16 every 8", 40, _ => { }),
        ("single frame", 40, options => options.SingleFrame = true),
    ];

    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Accuracy on {TestRows} clips of a square that moves left, right, up or down (0.25 is chance), of 16 x 16 pixels; trained on {TrainRows} clips in {Epochs} epochs.");
        report.AppendLine();
        report.AppendLine("| network | frames | seed | accuracy | frames a second in training | fit, s |");
        report.AppendLine("|---|---|---|---|---|---|");
        foreach (var (name, frames, change) in Contenders)
        {
            foreach (var seed in Enumerable.Range(1, Seeds))
            {
                var row = Measure(name, frames, change, seed);
                Console.Error.WriteLine(row);
                report.AppendLine(row);
            }
        }
        return report.ToString();
    }

    private static string Measure(string name, int frames, Action<LrcnOptions> change, int seed)
    {
        var ml = new MLContext(seed);
        var options = new LrcnOptions { ConvolutionChannels = 8, EnsembleSize = 1 };
        (options.Training.Epochs, options.Training.BatchSize, options.Training.LearningRate, options.Training.Seed) = (
            Epochs, 16, 0.01, seed);
        change(options);
        var clock = Stopwatch.StartNew();
        var model = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MulticlassClassification.Trainers.Lrcn(options))
            .Fit(MovingSquare.ToDataView(ml, MovingSquare.Rows(TrainRows, seed, frames)));
        var seconds = clock.Elapsed.TotalSeconds;
        var test = MovingSquare.ToDataView(ml, MovingSquare.Rows(TestRows, -seed, frames));
        var accuracy = ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
        var learned = TrainRows * Epochs * Math.Min(frames, options.ClipLength);
        return string.Create(
            CultureInfo.InvariantCulture, $"| {name} | {frames} | {seed} | {accuracy:F4} | {learned / seconds:F0} | {seconds:F1} |");
    }
}
