using Microsoft.ML.Extensions.Kernels;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The sample with options, on generated data.</summary>
internal static class WithOptions
{
    private const int TrainRows = 1200, TestRows = 600, TestSeed = int.MaxValue, Depth = 30, Width = 64;

    private static readonly TrainerTable s_trainers = new TrainerTable()
        .Add("Critical", (MLContext ml, DeepNetworkOptions options) => ml.MulticlassClassification.Trainers.DeepNetwork(options))
        .Add("TorchDefault", (MLContext ml, DeepNetworkOptions options) =>
        {
            (options.Initialization, options.LayerRates) = (DeepInitialization.TorchDefault, LayerLearningRates.Equal);
            return ml.MulticlassClassification.Trainers.DeepNetwork(options);
        });

    private static readonly Classification s_classification = new(
        s_trainers, $"Depth={Depth}", $"Width={Width}", "EnsembleSize=1", "Training.Epochs=30", "Training.BatchSize=32",
            "Training.ValidationFraction=0");

    private static readonly CommandLine s_commandLine = new(
        $"Advises on a network of {Depth} layers and trains it; the baseline begins as TorchSharp's layers do by default.", s_trainers,
            takesFiles: false);

    public static int Run(string[] args) => Sample.Run(args, s_commandLine, Learn);

    private static Figures Learn(SampleArguments arguments, CancellationToken cancellation)
    {
        var ml = new MLContext(arguments.Seed);
        var (train, test) = (Shells.Load(ml, TrainRows, arguments.Seed), Shells.Load(ml, TestRows, TestSeed));
        Console.Write(ml.Model.AdviseArchitecture(
            new ArchitectureAdvisorOptions { Depth = Depth, Width = Width, Outputs = Shells.Classes }, train));
        return s_classification.Run(ml, arguments, train, test, cancellation);
    }
}
