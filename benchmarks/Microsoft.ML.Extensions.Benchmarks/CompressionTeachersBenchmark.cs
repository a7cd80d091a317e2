using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Kernels;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Convolutional and residual networks for digits, compressed by policy gradient, and the policy of one used on a deeper one.</summary>
internal static class CompressionTeachersBenchmark
{
    private const int TrainRows = 2000, ValidationRows = 1000, TestRows = 2000, Epochs = 10, Candidates = 16, FewCandidates = 6;

    private static readonly (string Name, string Architecture)[] s_teachers =
    [
        ("VGG-like", "conv 16 3 x 2, pool 2, conv 32 3 x 2, pool 2, fc 64, relu, batchnorm"),
        ("residual", "conv 16 3 x 5, pool 2, conv 16 3 x 3, pool 2, fc 32, relu, residual 0.5, batchnorm"),
    ];

    private const string Deeper = "conv 16 3 x 4, pool 2, conv 32 3 x 4, pool 2, fc 64 x 2, relu, batchnorm";

    public static string Run()
    {
        var ml = new MLContext(1);
        if (MnistImages.LoadImages(ml, "train", TrainRows) is not { } train || MnistImages.LoadImages(ml, "t10k", TestRows) is not { } test
            || MnistImages.LoadImages(ml, "train", TrainRows + ValidationRows) is not { } more)
        {
            return "The MNIST files are not available.";
        }
        var validation = ml.Data.Cache(ml.Data.SkipRows(more, TrainRows));
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"DeepNetworks on {TrainRows} MNIST digits of 14 x 14, {Epochs} epochs, one thread. The search trains at most {Candidates} networks for {Epochs / 5} epochs each and measures them on {ValidationRows} other training digits; accuracies are of {TestRows} test digits. From scratch: the student's architecture without a teacher.");
        report.AppendLine();
        report.AppendLine("| teacher | parameters | accuracy | student's parameters | smaller | operations | accuracy | from scratch | rows a second | student |");
        report.AppendLine("|---|---|---|---|---|---|---|---|---|---|");
        CompressionPolicy? policy = null;
        foreach (var (name, architecture) in s_teachers)
        {
            using var teacher = Teacher(ml, architecture, train);
            var compressed = ml.Model.Compress(teacher, train, validation, new CompressionOptions { Candidates = Candidates });
            var (one, other) = (compressed.Report.Teacher, compressed.Report.Student);
            report.AppendLine(CultureInfo.InvariantCulture,
                $"| {name} | {one.Parameters} | {Accuracy(ml, teacher, test):F4} | {other.Parameters} | x {(double)one.Parameters / other.Parameters:F1} | x {(double)one.Operations / other.Operations:F1} | {Accuracy(ml, compressed.Model, test):F4} | {Accuracy(ml, Untaught(ml, (NetworkTransformer)compressed.Model, train), test):F4} | x {compressed.Report.RowsPerSecondRatio:F1} | {other.Design} |");
            Console.Error.WriteLine(report.ToString().Split('\n')[^2]);
            policy ??= compressed.Policy;
        }
        Transfer(ml, report, train, validation, policy!);
        return report.ToString();
    }

    private static void Transfer(MLContext ml, StringBuilder report, IDataView train, IDataView validation, CompressionPolicy policy)
    {
        using var teacher = Teacher(ml, Deeper, train);
        report.AppendLine();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"The policy that was learned on the VGG-like teacher, used on a deeper one (`{Deeper}`, {teacher.Model.ParameterCount} parameters) with {FewCandidates} networks, and a new policy with as many; three seeds:");
        report.AppendLine();
        report.AppendLine("| policy | rewards |");
        report.AppendLine("|---|---|");
        foreach (var (name, given) in new[] { ("learned on the smaller teacher", policy), ("new", (CompressionPolicy?)null) })
        {
            var rewards = Enumerable.Range(1, 3).Select(seed =>
            {
                using var compressed = ml.Model.Compress(teacher, train, validation, new CompressionOptions
                {
                    Candidates = FewCandidates,
                    Policy = given,
                    Seed = seed,
                    FinalEpochs = 1,
                });
                return compressed.Report.Winner.Reward;
            });
            report.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {string.Join(", ", rewards.Select(reward => reward.ToString("F4", CultureInfo.InvariantCulture)))} |");
            Console.Error.WriteLine(report.ToString().Split('\n')[^2]);
        }
    }

    private static NetworkTransformer Teacher(MLContext ml, string architecture, IDataView train)
    {
        var options = new DeepNetworkOptions { Architecture = architecture, EnsembleSize = 1 };
        return Fit(ml, options, train);
    }

    private static NetworkTransformer Untaught(MLContext ml, NetworkTransformer student, IDataView train) =>
        Fit(ml, (DeepNetworkOptions)student.ReadOptions(), train);

    private static NetworkTransformer Fit(MLContext ml, DeepNetworkOptions options, IDataView train)
    {
        (options.Training.Seed, options.Training.Epochs, options.Training.ValidationFraction) = (1, Epochs, 0);
        return ml.MulticlassClassification.Trainers.DeepNetwork(options).Fit(train);
    }

    private static double Accuracy(MLContext ml, ITransformer model, IDataView test) =>
        ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
}
