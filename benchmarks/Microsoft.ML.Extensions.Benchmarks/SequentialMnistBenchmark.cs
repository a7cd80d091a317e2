using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Digits pixel by pixel: LSSL with its variants of learning and state matrix, compared with nn.GRU and nn.LSTM in the same time.
/// </summary>
internal static class SequentialMnistBenchmark
{
    private const int TrainRows = 10_000, TestRows = 2_000, Width = 64;
    private const double DefaultSeconds = 80;

    /// <param name="seconds">The training time of each network, or null for about ten minutes in total.</param>
    public static string Run(double? seconds)
    {
        var ml = new MLContext(1);
        var (train, test) = (MnistImages.Load(ml, "train", TrainRows), MnistImages.Load(ml, "t10k", TestRows));
        if (train is null || test is null)
        {
            return "Skipped: mnist is not in ../shared/data or MLX_DATA.";
        }
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Images averaged to 14 x 14, so {MnistImages.Steps} steps of one pixel; the first {TrainRows} of train, the first {TestRows} of test. One network of two layers of width {Width}, one seed, {seconds ?? DefaultSeconds:F0} s of training each in whole epochs. The paper's task is 28 x 28, 60,000 images and 200 epochs.").AppendLine();
        report.AppendLine("| network | accuracy | epochs | seconds | parameters |");
        report.AppendLine("|---|---|---|---|---|");
        foreach (var contender in Contenders())
        {
            using var timed = TimedFit.Run(ml, train, seconds ?? DefaultSeconds, training => contender.Create(ml, training));
            var accuracy = ml.MulticlassClassification.Evaluate(timed.Model.Transform(test)).MicroAccuracy;
            var row = string.Create(CultureInfo.InvariantCulture,
                $"| {contender.Name} | {accuracy:F3} | {timed.Epochs} | {timed.Seconds:F0} | {timed.Model.Model.ParameterCount} |");
            Console.Error.WriteLine(row);
            report.AppendLine(row);
        }
        return report.ToString();
    }

    private static IEnumerable<Contender> Contenders()
    {
        yield return Contender.Lssl("LSSL, DiagonalLegS", Width, options => { });
        yield return Contender.Lssl("LSSL, LegS", Width, options => options.StateMatrix = StateMatrix.LegS);
        yield return Contender.Lssl(
            "LSSL-fixed, LegS", Width, options => (options.StateMatrix, options.Learn) = (StateMatrix.LegS, LsslLearning.None));
        yield return Contender.Lssl(
            "LSSL-fixed, random A", Width, options => (options.StateMatrix, options.Learn) = (StateMatrix.Random, LsslLearning.None));
        foreach (var contender in Contender.Peers(Width))
        {
            yield return contender;
        }
    }
}
