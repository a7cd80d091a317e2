using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Interpretability;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The finder compared with gradient x activation where several heads share a job: small language models, trained here and ablated head by
/// head.
/// </summary>
internal static class CloseHeadBenchmark
{
    private const int Texts = 4000, Seeds = 3, Examples = 100;

    // Examples for the truth, which no method sees.
    private const int TruthExamples = 300, TruthSeed = 1000;

    public static string Run()
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Areas under the ROC curve over heads, means over {Seeds} seeds of examples and of methods, {Examples} positive and {Examples} negative examples; .5 is chance. Each model is trained on {Texts} texts. The truth is by taking away each head in {TruthExamples} other positive examples: the best heads down to the largest ratio of neighbours (at most three quarters of all), and the mean over all sizes from the best head to the best half. Right: how often the likeliest word is the target.");
        report.AppendLine();
        Add(report, "tasks that the finder was worked on with", TextTasks.Known());
        Add(report, "tasks held out: looked at once, when it was done", TextTasks.HeldOut());
        return report.ToString();
    }

    private static void Add(StringBuilder report, string title, TextTask[] tasks)
    {
        report.AppendLine(CultureInfo.InvariantCulture, $"## {title}");
        report.AppendLine();
        report.AppendLine("| task | layers x heads | right | ablation | heads in it | default | gradient x activation | best 1 to half: default | gradient x activation |");
        report.AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var task in tasks)
        {
            using var trained = Train(task);
            CircuitTask Make(int count, int seed) => ToTask(task, trained.Tokenizer, count, seed);
            var right = Right(trained.Model, Make(TruthExamples, TruthSeed));
            var found = Scores(seed =>
                new SparseAutoencoderCircuit(new() { Seed = seed, Edges = false }).Score(trained.Model, Make(Examples, seed)));
            var gradient = Scores(seed => new GradientTimesActivation().Score(trained.Model, Make(Examples, seed)));
            foreach (var kind in new[] { AblationKind.Mean, AblationKind.Zero })
            {
                var truth = new HeadAblation(kind).Score(trained.Model, Make(TruthExamples, TruthSeed));
                var size = LargestGap(truth);
                var row = string.Create(CultureInfo.InvariantCulture,
                    $"| {task.Name} | {task.Shape.Layers} x {task.Shape.Heads} | {right:F2} | {kind} | {size} of {truth.Heads.Count} | {Auc(found, truth, size):F2} | {Auc(gradient, truth, size):F2} | {ToHalf(found, truth):F2} | {ToHalf(gradient, truth):F2} |");
                Console.Error.WriteLine(row);
                report.AppendLine(row);
            }
        }
        report.AppendLine();
    }

    private static LanguageModel Train(TextTask task)
    {
        var ml = new MLContext(seed: 1);
        var random = new Random(1);
        var data = ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, Texts).Select(_ => new TextRow(string.Join(' ', task.Text(random)))).ToArray());
        return ml.Model.TrainLanguageModel(data, nameof(TextRow.Text), new LanguageModelOptions
        {
            Transformer = task.Shape,
            Tokens = LanguageModelTokens.Words,
            Training = { Epochs = 40, BatchSize = 128, ValidationFraction = 0, Seed = 1 },
        });
    }

    private static CircuitTask ToTask(TextTask task, TransformerTokenizer tokenizer, int count, int seed)
    {
        var random = new Random(seed);
        int[] Tokens(string[] words) => tokenizer.Encode(string.Join(' ', words));
        int Token(string word) => tokenizer.Encode(word)[0];
        return new CircuitTask(Enumerable.Range(0, count).Select(_ => task.Pair(random)).SelectMany(pair => new[]
        {
            new CircuitExample(Tokens(pair.Positive), true,
                [.. pair.Targets.Select(target => new CircuitTarget(target.Place, Token(target.Output), Token(target.Against)))]),
            new CircuitExample(Tokens(pair.Negative), false),
        }));
    }

    private static double Right(TransformerModel model, CircuitTask task)
    {
        using var scope = NewDisposeScope();
        var batch = new TokenBatch(task.Positives.Select(example => example.Tokens));
        using var logits = model.Run(batch, HookKind.Logits);
        var likeliest = logits.argmax(-1).contiguous().data<long>().ToArray();
        return task.Positives.SelectMany((example, row) =>
            example.Targets.Select(target => likeliest[(row * batch.Steps) + target.Position] == target.Output ? 1.0 : 0)).Average();
    }

    private static CircuitScores[] Scores(Func<int, CircuitScores> method) => [.. Enumerable.Range(1, Seeds).Select(method)];

    private static int LargestGap(CircuitScores truth)
    {
        var scores = truth.Heads.Values.OrderDescending().ToArray();
        return Enumerable.Range(1, scores.Length * 3 / 4).MaxBy(size => scores[size - 1] / Math.Max(scores[size], 1e-12));
    }

    private static double Auc(CircuitScores[] found, CircuitScores truth, int size) =>
        found.Average(scores => scores.Against(CircuitTruth.OfBest(truth, size)).NodeAuc!.Value);

    private static double ToHalf(CircuitScores[] found, CircuitScores truth) =>
        Enumerable.Range(1, truth.Heads.Count / 2).Average(size => Auc(found, truth, size));

    private sealed record TextRow(string Text);
}
