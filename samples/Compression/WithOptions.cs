using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The sample with options, on generated data.</summary>
internal static class WithOptions
{
    private const int TrainRows = 180, ValidationRows = 150, TestRows = 600, TestSeed = int.MaxValue;

    public static int Run(string[] args) => Sample.Run(args, CompressionArguments.Parse, Compress);

    private static Figures Compress(CompressionArguments arguments, CancellationToken cancellation)
    {
        var ml = new MLContext(arguments.Seed);
        var train = CylinderBellFunnel.Load(ml, TrainRows, arguments.Seed);
        var validation = CylinderBellFunnel.Load(ml, ValidationRows, arguments.Seed + 1);
        var test = CylinderBellFunnel.Load(ml, TestRows, TestSeed);

        // Below 500 rows a trainer averages five networks.
        var options = new ParaRnnOptions { Base = SequenceBase.None };
        (options.Training.Epochs, options.Training.Seed, options.Training.CancellationToken) = (15, arguments.Seed, cancellation);
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MulticlassClassification.Trainers.ParaRnn(options));
        using var teacher = pipeline.Fit(train);

        var compression = new CompressionOptions { Candidates = 10, CandidateEpochs = 10, Seed = arguments.Seed, CancellationToken = cancellation };
        foreach (var setting in arguments.Settings)
        {
            OptionSetter.Set(compression, setting);
        }
        using var compressed = ml.Model.Compress(teacher, train, validation, compression);
        Console.WriteLine(compressed.Report);
        if (arguments.Report is { } file)
        {
            compressed.Report.Save(file);
        }
        return new Figures
        {
            { "teacher_accuracy", Accuracy(teacher) },
            { "student_accuracy", Accuracy(compressed.Model) },
            { "parameters_ratio", compressed.Report.ParametersRatio },
            { "rows_per_second_ratio", compressed.Report.RowsPerSecondRatio },
        };

        double Accuracy(ITransformer model) => ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
    }
}
