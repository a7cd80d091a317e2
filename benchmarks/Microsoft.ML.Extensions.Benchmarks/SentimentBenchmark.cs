using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Sentences with a class (SST-2): words counted, words as tokens, and vectors of an encoder.</summary>
internal static class SentimentBenchmark
{
    private const int Seed = 1;

    public static string Run()
    {
        var ml = new MLContext(Seed);
        var (train, test) = (Read(ml, "train.tsv"), Read(ml, "test.tsv"));
        using var encoder = TextEncoder.Load(MiniLm.Folder);
        var words = ml.Transforms.Text.TokenizeIntoWords("Words", "Text").Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words"));
        (string Name, IEstimator<ITransformer> Pipeline)[] contenders =
        [
            ("FeaturizeText and SdcaLogisticRegression", ml.Transforms.Text.FeaturizeText("Features", "Text")
                .Append(ml.BinaryClassification.Trainers.SdcaLogisticRegression())),
            ("EmbedText by all-MiniLM-L6-v2 and SdcaLogisticRegression", ml.Transforms.Text.EmbedText("Features", encoder, "Text")
                .AppendCacheCheckpoint(ml).Append(ml.BinaryClassification.Trainers.SdcaLogisticRegression())),
            ("ParaRnn on words as tokens", words.Append(ml.BinaryClassification.Trainers.ParaRnn(new ParaRnnOptions { Training = { Seed = Seed } }))),
        ];

        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Sentences of film reviews: {train.GetColumn<bool>("Label").Count()} to train on, {test.GetColumn<bool>("Label").Count()} to measure on. Defaults, one seed.");
        report.AppendLine();
        report.AppendLine("| pipeline | accuracy | seconds of Fit |");
        report.AppendLine("|---|---|---|");
        foreach (var (name, pipeline) in contenders)
        {
            ITransformer? model = null;
            var seconds = Timing.Seconds(() => model = pipeline.Fit(train));
            var accuracy = ml.BinaryClassification.EvaluateNonCalibrated(model!.Transform(test)).Accuracy;
            var row = string.Create(CultureInfo.InvariantCulture, $"| {name} | {accuracy:f3} | {seconds:f0} |");
            Console.Error.WriteLine(row);
            report.AppendLine(row);
        }
        return report.ToString();
    }

    private static IDataView Read(MLContext ml, string file) => ml.Data.LoadFromTextFile(
        SharedData.Find($"text_sst2/{file}") ?? throw new FileNotFoundException($"The data folder has no text_sst2/{file}."),
        [new("Text", DataKind.String, 0), new("Label", DataKind.Boolean, 1)]);
}
