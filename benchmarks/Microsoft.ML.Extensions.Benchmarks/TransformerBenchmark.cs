using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Interpretability;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// The cost of recording activations of a transformer of GPT-2 small's size, compared with running it: 12 layers of 12 heads, width 768,
/// random weights.
/// </summary>
internal static class TransformerBenchmark
{
    private const int Prompts = 500, Steps = 16, BatchSize = 32, Layers = 12;

    public static string Run()
    {
        using var model = TransformerModel.CreateRandom(new TransformerConfig
        {
            Layers = Layers,
            Heads = 12,
            ModelWidth = 768,
            HeadWidth = 64,
            MlpWidth = 3072,
            Vocabulary = 50_257,
            Context = 1024,
            TiedEmbeddings = true,
        }, seed: 1);
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture, $"{Prompts} prompts of {Steps} tokens in batches of {BatchSize}.");
        report.AppendLine();
        report.AppendLine("| run | s |");
        report.AppendLine("|---|---|");
        (string Name, HookPoint[] Points, bool Gradients)[] runs =
        [
            ("last logits", [new(HookKind.LastLogits)], false),
            ("every head's output", OfEachLayer(HookKind.HeadOutput), false),
            ("every head's result", OfEachLayer(HookKind.HeadResult), false),
            ("every pattern", OfEachLayer(HookKind.Pattern), false),
            ("gradients of a logit at every head's output", [.. OfEachLayer(HookKind.HeadOutput), new(HookKind.LastLogits)], true),
        ];
        foreach (var (name, points, gradients) in runs)
        {
            var seconds = Timing.Seconds(() => RunAll(model, points, gradients));
            var row = string.Create(CultureInfo.InvariantCulture, $"| {name} | {seconds:F1} |");
            Console.Error.WriteLine(row);
            report.AppendLine(row);
        }
        return report.ToString();
    }

    private static HookPoint[] OfEachLayer(HookKind kind) => [.. Enumerable.Range(0, Layers).Select(layer => new HookPoint(kind, layer))];

    private static void RunAll(TransformerModel model, HookPoint[] points, bool gradients)
    {
        var random = new Random(1);
        for (var done = 0; done < Prompts; done += BatchSize)
        {
            using var scope = NewDisposeScope();
            var rows = Enumerable.Range(0, Math.Min(BatchSize, Prompts - done))
                .Select(_ => Enumerable.Range(0, Steps).Select(_ => random.Next(model.Config.Vocabulary)).ToArray());
            using var cache = model.Run(new TokenBatch(rows), points, gradients: gradients);
            if (gradients)
            {
                autograd.grad([cache[HookKind.LastLogits].select(1, 0).sum()],
                    [.. OfEachLayer(HookKind.HeadOutput).Select(point => cache[point])]);
            }
        }
    }
}
