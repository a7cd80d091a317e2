using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Images of two shapes, described by the grammar that generated them: the fraction of right sentences and words on new images.
/// </summary>
internal static class CaptioningBenchmark
{
    private const int TestRows = 500;

    private static readonly int[] s_trainRows = [500, 2000];
    private static readonly int[] s_beams = [1, 3];

    public static string Run()
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"{TestRows} new images of 3 x 16 x 16, 162 different sentences of 8 or 7 words; all options at their defaults but for the beam.");
        report.AppendLine();
        report.AppendLine("| training images | beam | sentences right | words right | mean log-probability | fit, s | images a second |");
        report.AppendLine("|---|---|---|---|---|---|---|");
        foreach (var rows in s_trainRows)
        {
            foreach (var beam in s_beams)
            {
                var row = Measure(rows, beam);
                Console.Error.WriteLine(row);
                report.AppendLine(row);
            }
        }
        return report.ToString();
    }

    private static string Measure(int rows, int beam)
    {
        var ml = new MLContext(1);
        var options = new LrcnCaptionOptions { BeamSize = beam, Training = { Seed = 1 } };
        var clock = Stopwatch.StartNew();
        using var model = ml.Transforms.Sequences.LrcnCaption(options).Fit(DescribedShapes.ToDataView(ml, DescribedShapes.Rows(rows, 1)));
        var fit = clock.Elapsed.TotalSeconds;
        clock.Restart();
        var scored = ml.Data.Cache(
            model.Transform(DescribedShapes.ToDataView(ml, DescribedShapes.Rows(TestRows, -1))), "Label", "PredictedLabel", "Score");
        var pairs = scored.GetColumn<string>("PredictedLabel").Zip(scored.GetColumn<string>("Label")).ToArray();
        var speed = TestRows / clock.Elapsed.TotalSeconds;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {rows} | {beam} | {pairs.Average(pair => pair.First == pair.Second ? 1.0 : 0):F4} | {pairs.Average(RightWords):F4} | {scored.GetColumn<float>("Score").Average():F4} | {fit:F0} | {speed:F0} |");
    }

    private static double RightWords((string Predicted, string Wanted) pair)
    {
        var (predicted, wanted) = (pair.Predicted.Split(' '), pair.Wanted.Split(' '));
        return predicted.Zip(wanted).Count(words => words.First == words.Second) / (double)Math.Max(predicted.Length, wanted.Length);
    }
}
