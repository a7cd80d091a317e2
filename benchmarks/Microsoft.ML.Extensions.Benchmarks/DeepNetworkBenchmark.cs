using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Kernels;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Networks of 50 and 100 layers on digits: the critical initialisation and layer rates, compared with TorchSharp's own initialisation.
/// </summary>
internal static class DeepNetworkBenchmark
{
    private const int TrainRows = 5000, ValidationRows = 1000, SeenRows = 2000, TestRows = 2000, Width = 128, Epochs = 5;

    private static readonly (
        string Name, DeepInitialization Initialization, LayerLearningRates Rates, double[] LearningRates)[] Contenders =
    [
        ("critical, rates by equivalence", DeepInitialization.Critical, LayerLearningRates.Equivalence, [5e-3, 2e-2, 8e-2]),
        ("critical, equal rates", DeepInitialization.Critical, LayerLearningRates.Equal, [3e-5, 3e-4, 3e-3]),
        ("TorchSharp's default, equal rates", DeepInitialization.TorchDefault, LayerLearningRates.Equal, [3e-5, 3e-4, 3e-3]),
    ];

    public static string Run()
    {
        var ml = new MLContext(1);
        var (digits, others) = (
            MnistImages.LoadImages(ml, "train", TrainRows + ValidationRows), MnistImages.LoadImages(ml, "t10k", SeenRows + TestRows));
        if (digits is null || others is null)
        {
            return "Skipped: mnist is not in ../shared/data or MLX_DATA.";
        }
        var (train, validation) = (ml.Data.TakeRows(digits, TrainRows), ml.Data.SkipRows(digits, TrainRows));
        // The first images were used while the rates for Adam were chosen.
        var test = ml.Data.SkipRows(others, SeenRows);
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"MNIST averaged to 14 x 14: {TrainRows} images to learn from, {ValidationRows} of train that choose one of three learning rates, {TestRows} of test, those after the first {SeenRows}. Fully connected, width {Width}, no norm, no residual weight, AdamW, {Epochs} epochs of batches of 64, one seed. Guessing is 0.10.").AppendLine();
        report.AppendLine("| network | layers | initialisation | accuracy | learning rate | seconds |");
        report.AppendLine("|---|---|---|---|---|---|");
        foreach (var activation in new[] { DeepActivation.Tanh, DeepActivation.Relu, DeepActivation.Gelu })
        {
            foreach (var depth in new[] { 50, 100 })
            {
                foreach (var contender in Contenders)
                {
                    var clock = Stopwatch.StartNew();
                    var best = contender.LearningRates.Select(rate => Fit(
                        ml, train, validation, contender.Initialization, contender.Rates, activation, depth, rate)).MinBy(run => run.Loss);
                    var accuracy = best.Model is null ? 0.1
                        : ml.MulticlassClassification.Evaluate(best.Model.Transform(test)).MicroAccuracy;
                    var row = string.Create(CultureInfo.InvariantCulture,
                        $"| {activation} | {depth} | {contender.Name} | {accuracy:F3} | {best.Rate} | {clock.Elapsed.TotalSeconds:F0} |");
                    Console.Error.WriteLine(row);
                    report.AppendLine(row);
                }
            }
        }
        return report.ToString();
    }

    private static (NetworkTransformer? Model, double Loss, double Rate) Fit(
        MLContext ml, IDataView train, IDataView validation, DeepInitialization initialization, LayerLearningRates rates,
            DeepActivation activation, int depth, double rate)
    {
        var loss = double.PositiveInfinity;
        var trainer = ml.MulticlassClassification.Trainers.DeepNetwork(new DeepNetworkOptions
        {
            Depth = depth,
            Width = Width,
            Activation = activation,
            Initialization = initialization,
            LayerRates = rates,
            EnsembleSize = 1,
            Training = new TrainingOptions
            {
                Epochs = Epochs,
                BatchSize = 64,
                LearningRate = rate,
                Seed = 1,
                Progress = new BestLoss(value => loss = Math.Min(loss, value))
            },
        });
        try
        {
            return (trainer.Fit(train, validation), loss, rate);
        }
        catch (InvalidOperationException)
        {
            // This rate diverged; another may not.
            return (null, double.PositiveInfinity, rate);
        }
    }

    private sealed class BestLoss(Action<double> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value.ValidationLoss!.Value);
    }
}
