using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The sample with options, on generated data.</summary>
internal static class WithOptions
{
    private const int TrainRows = 400, TestRows = 200, TestSeed = int.MaxValue;

    private static readonly TrainerTable s_trainers = new TrainerTable()
        .Add("Lrcn", (MLContext ml, LrcnOptions options) => ml.MulticlassClassification.Trainers.Lrcn(options))
        .Add("SingleFrame", (MLContext ml, LrcnOptions options) =>
        {
            options.SingleFrame = true;
            return ml.MulticlassClassification.Trainers.Lrcn(options);
        });

    // The generated problem needs fewer epochs and a smaller network than the defaults for so few rows.
    private static readonly Classification s_classification = new(
        s_trainers, "Training.Epochs=40", "Training.BatchSize=16", "Training.LearningRate=0.005", "EnsembleSize=1", "ConvolutionChannels=8",
            "Fusion=Last");

    private static readonly CommandLine s_commandLine = new(
        "Classifies clips of moving digits by their direction; the baseline classifies single frames.", s_trainers, takesFiles: false);

    public static int Run(string[] args) => Sample.Run(args, s_commandLine, Watch);

    private static Figures Watch(SampleArguments arguments, CancellationToken cancellation)
    {
        var ml = new MLContext(arguments.Seed);
        return s_classification.Run(
            ml, arguments, MovingDigits.Load(ml, TrainRows, arguments.Seed), MovingDigits.Load(ml, TestRows, TestSeed), cancellation);
    }
}
