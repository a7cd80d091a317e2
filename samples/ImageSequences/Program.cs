using Microsoft.ML;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;

const int TrainRows = 400, TestRows = 200, TestSeed = int.MaxValue;

var trainers = new TrainerTable()
    .Add("Lrcn", (MLContext ml, LrcnOptions options) => ml.MulticlassClassification.Trainers.Lrcn(options))
    .Add("SingleFrame", (MLContext ml, LrcnOptions options) =>
    {
        options.SingleFrame = true;
        return ml.MulticlassClassification.Trainers.Lrcn(options);
    });
// The generated problem needs fewer epochs and a smaller network than the defaults for so few rows.
var classification = new Classification(
    trainers, "Training.Epochs=40", "Training.BatchSize=16", "Training.LearningRate=0.005", "EnsembleSize=1", "ConvolutionChannels=8",
        "Fusion=Last");
var commandLine = new CommandLine(
    "Classifies clips of moving digits by their direction; the baseline classifies single frames.", trainers, takesFiles: false);
return Sample.Run(args, commandLine, Watch);

Figures Watch(SampleArguments arguments, CancellationToken cancellation)
{
    var ml = new MLContext(arguments.Seed);
    return classification.Run(
        ml, arguments, MovingDigits.Load(ml, TrainRows, arguments.Seed), MovingDigits.Load(ml, TestRows, TestSeed), cancellation);
}
