using Microsoft.ML;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.Samples;

const int TrainRows = 1200, TestRows = 600, TestSeed = int.MaxValue, Depth = 30, Width = 64;

var trainers = new TrainerTable()
    .Add("Critical", (MLContext ml, DeepNetworkOptions options) => ml.MulticlassClassification.Trainers.DeepNetwork(options))
    .Add("TorchDefault", (MLContext ml, DeepNetworkOptions options) =>
    {
        (options.Initialization, options.LayerRates) = (DeepInitialization.TorchDefault, LayerLearningRates.Equal);
        return ml.MulticlassClassification.Trainers.DeepNetwork(options);
    });
var classification = new Classification(
    trainers, $"Depth={Depth}", $"Width={Width}", "EnsembleSize=1", "Training.Epochs=30", "Training.BatchSize=32",
        "Training.ValidationFraction=0");
var commandLine = new CommandLine(
    $"Advises on a network of {Depth} layers and trains it; the baseline begins as TorchSharp's layers do by default.", trainers,
        takesFiles: false);
return Sample.Run(args, commandLine, Learn);

Figures Learn(SampleArguments arguments, CancellationToken cancellation)
{
    var ml = new MLContext(arguments.Seed);
    var (train, test) = (Shells.Load(ml, TrainRows, arguments.Seed), Shells.Load(ml, TestRows, TestSeed));
    Console.Write(ml.Model.AdviseArchitecture(
        new ArchitectureAdvisorOptions { Depth = Depth, Width = Width, Outputs = Shells.Classes }, train));
    return classification.Run(ml, arguments, train, test, cancellation);
}
