using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Gradient noise (Neelakantan et al. 2015, arXiv 1511.06807) on a network of 20 layers of 50 with ReLU whose weights begin at 0 or small: how many of ten
/// seeds learn.
/// </summary>
internal static class GradientNoiseBenchmark
{
    private const int TrainRows = 8_000, TestRows = 2_000, Epochs = 120, Seeds = 10;
    private const double Learned = 0.5;

    private static readonly (string Start, double Scale, double Eta)[] s_runs = [("zero", 0, 0), ("zero", 0, 0.04), ("normal, 0.1", 0.1, 0), ("normal, 0.1", 0.1, 0.04)];

    public static string Run()
    {
        var ml = new MLContext(1);
        if (MnistImages.LoadImages(ml, "train", TrainRows) is not { } train || MnistImages.LoadImages(ml, "t10k", TestRows) is not { } test)
        {
            return "Skipped: mnist is not in ../shared/data or MLX_DATA.";
        }
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"MNIST averaged to 14 x 14, 20 layers of 50, ReLU, plain descent at the rate 0.1, gradients clipped to 10, batches of 100, {Epochs} epochs over {TrainRows} digits, {TestRows} test digits. A seed has learned with an accuracy above {Learned}.").AppendLine();
        report.AppendLine("| first weights | Eta | seeds that learn | accuracy of each seed |").AppendLine("|---|---|---|---|");
        foreach (var (start, scale, eta) in s_runs)
        {
            var accuracies = Enumerable.Range(1, Seeds).Select(seed => Accuracy(ml, train, test, scale, eta, seed)).ToArray();
            var row = string.Create(CultureInfo.InvariantCulture,
                $"| {start} | {eta} | {accuracies.Count(accuracy => accuracy > Learned)} of {Seeds} | {string.Join(' ', accuracies.Select(accuracy => accuracy.ToString("F3", CultureInfo.InvariantCulture)))} |");
            Console.Error.WriteLine(row);
            report.AppendLine(row);
        }
        return report.ToString();
    }

    private static double Accuracy(MLContext ml, IDataView train, IDataView test, double scale, double eta, int seed)
    {
        var trainer = new StraightTrainer(ml.MulticlassClassification.Trainers, new StraightOptions
        {
            Scale = scale,
            EnsembleSize = 1,
            Training =
            {
                Epochs = Epochs, BatchSize = 100, Optimizer = OptimizerKind.Sgd, LearningRate = 0.1, Schedule = LearningRateSchedule.Constant,
                WarmupFraction = 0, WeightDecay = 0, GradientClip = 10, LabelSmoothing = 0, ValidationFraction = 0, Seed = seed,
                GradientNoise = new GradientNoiseOptions { Eta = eta },
            },
        });
        using var model = trainer.Fit(train);
        return ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
    }

    /// <summary>Options of <see cref="StraightTrainer"/>.</summary>
    internal sealed class StraightOptions : NetworkTrainerOptions
    {
        /// <summary>The deviation of the first weights.</summary>
        [Range(0.0, 10.0)]
        public double Scale { get; set; }
    }

    /// <summary>A network of layers alone, with first weights of any size.</summary>
    internal sealed class StraightTrainer(MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, StraightOptions options)
        : NetworkTrainer<StraightOptions>(catalog.Environment(), MulticlassTask.Instance, s_kind, options)
    {
        private static readonly NetworkKind s_kind = new NetworkKind<StraightOptions>(
            nameof(StraightNetwork), new ModelKind("BENCHSTR", "MLExtBenchmarkStraight", typeof(StraightTrainer).Assembly),
            (options, input, outputs, generator) => new StraightNetwork(options.Scale, input, outputs, generator));
    }

    private sealed class StraightNetwork : Network
    {
        private const int Depth = 20, Width = 50;

        private readonly ModuleList<LinearLayer> layers;

        public StraightNetwork(double scale, InputColumn input, int outputs, Generator generator)
            : base(nameof(StraightNetwork))
        {
            layers = new ModuleList<LinearLayer>([.. Enumerable.Range(0, Depth + 1).Select(layer => new LinearLayer(
                layer == 0 ? input.Steps * input.Channels : Width, layer == Depth ? outputs : Width, generator))]);
            RegisterComponents();
            using var _ = no_grad();
            foreach (var weight in parameters().Where(parameter => parameter.dim() == 2))
            {
                weight.copy_(randn(weight.shape, generator: generator).Scaled(scale));
            }
        }

        public override Tensor forward(InputBatch batch)
        {
            var values = batch.Values.flatten(1);
            for (var layer = 0; layer < Depth; layer++)
            {
                values = layers[layer].call(values).relu();
            }
            return layers[Depth].call(values);
        }
    }
}
