using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Interpretability;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The time of each part of a find in a model of GPT-2 small's size: 12 layers of 12 heads, width 768, random weights, 500 prompts of 16
/// tokens.
/// </summary>
internal static class CircuitSpeedBenchmark
{
    private const int Prompts = 500, Steps = 16;

    public static string Run()
    {
        using var model = TransformerModel.CreateRandom(new TransformerConfig
        {
            Layers = 12,
            Heads = 12,
            ModelWidth = 768,
            HeadWidth = 64,
            MlpWidth = 3072,
            Vocabulary = 50_257,
            Context = 1024,
            TiedEmbeddings = true,
        }, seed: 1);
        var task = Task(model.Config.Vocabulary);
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"{Prompts} prompts of {Steps} tokens, half of them positive. Whole finds, p-value and edges included, then the parts of the default.");
        report.AppendLine();
        report.AppendLine("| find | s |");
        report.AppendLine("|---|---|");
        void Timed(string name, Action action)
        {
            var row = string.Create(CultureInfo.InvariantCulture, $"| {name} | {Timing.Seconds(action):F1} |");
            Console.Error.WriteLine(row);
            report.AppendLine(row);
        }
        // The comparison with random circuits is not part of finding a circuit.
        Timed("default", () => new SparseAutoencoderCircuit(new() { RandomCircuits = 0 }).Find(model, task));
        Timed("default without edges", () => new SparseAutoencoderCircuit(new() { RandomCircuits = 0, Edges = false }).Find(model, task));
        Timed("code contrast", () =>
            new SparseAutoencoderCircuit(new() { RandomCircuits = 0, Scoring = CircuitScoring.CodeContrast }).Find(model, task));
        Timed("published recipe", () => new SparseAutoencoderCircuit(CircuitFinderOptions.Published()).Find(model, task));
        Timed("gradient x activation, heads only", () => new GradientTimesActivation().Score(model, task));
        Parts(model, task, Timed);
        return report.ToString();
    }

    private static CircuitTask Task(int vocabulary)
    {
        var random = new Random(1);
        return new CircuitTask(Enumerable.Range(0, Prompts).Select(prompt => new CircuitExample(
            [.. Enumerable.Range(0, Steps).Select(_ => random.Next(vocabulary))], prompt % 2 == 0,
            prompt % 2 == 0 ? [new CircuitTarget(Steps - 1, random.Next(vocabulary), random.Next(vocabulary))] : null)));
    }

    private static void Parts(TransformerModel model, CircuitTask task, Action<string, Action> timed)
    {
        var options = new CircuitFinderOptions();
        // The number of training rows.
        var learned = task.Examples.Take((int)(Prompts * (1 - options.HeldOutFraction))).ToArray();
        var asked = Enumerable.Range(0, learned.Length).Where(row => learned[row].IsPositive).Take(options.AttributionExamples).ToArray();
        CircuitExample[] positives = [.. asked.Select(row => learned[row])];
        HeadActivations activations = null!;
        BaselineMeans baseline = null!;
        AttentionGradients after = null!;
        SensitivitySpace[] spaces = null!;
        HeadCoder coder = null!;
        timed("of it: heads of all rows", () =>
            activations = HeadActivations.Record(model, [.. learned.Select(example => example.Tokens)]));
        timed("of it: means of embeddings and MLPs", () =>
            baseline = new BaselineMeans(model, [.. learned.Select(example => example.Tokens)], CodedAttribution.Sources(model.Config)));
        var gradients = new TargetGradients(model, task.Metric, options.Steps, baseline);
        timed("of it: integrated gradients", () => after = gradients.AfterAttention(positives, default));
        timed("of it: sensitivity", () => spaces = Array.ConvertAll(after.OnTheWay, ofLayer => SensitivitySpace.Of(ofLayer, () => { })));
        using var means = HeadMeans.Of(activations, model.Config.Layers);
        timed("of it: autoencoder", () =>
            coder = HeadCoder.Train(model, activations, means, spaces, options.TrainingRows, options.Autoencoder()));
        var attribution = new CodedAttribution(model, means, baseline);
        timed("of it: scores of heads", () => attribution.Heads(activations.Take(asked), after));
        timed("of it: codes of all rows", () => coder.Codes(activations));
        timed("of it: edges", () =>
            new EdgeAttribution(model, gradients).Scores([.. positives.Take(options.EdgeExamples)], attribution.Written, default));
    }
}
