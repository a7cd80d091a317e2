using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Texts per second of the text encoder and of ONNX Runtime, with the same weights, tokens and batches.</summary>
internal static class TextEncoderBenchmark
{
    private const int Texts = 128;

    public static string Run()
    {
        StringBuilder report = new();
        report.AppendLine("all-MiniLM-L6-v2; texts per second, of abstracts of Cranfield and of its questions. ONNX Runtime gets the tokens in the same order of lengths, "
            + "in batches of 16, and its time excludes tokenizing and pooling.");
        report.AppendLine();
        report.AppendLine("| texts | threads | text encoder | ONNX Runtime | ratio |");
        report.AppendLine("|---|---|---|---|---|");
        using var encoder = TextEncoder.Load(MiniLm.Folder);
        foreach (var (name, texts) in new[]
        {
            ("abstracts", CranfieldCollection.Read().Documents.Texts.Take(Texts).ToArray()),
            ("questions", CranfieldCollection.Read().Queries.Texts.Take(Texts).ToArray()),
            ("one question at a time", CranfieldCollection.Read().Queries.Texts.Take(1).ToArray()),
        })
        {
            foreach (var threads in new[] { 1, 2 })
            {
                TorchSharp.torch.set_num_threads(threads);
                using var session = new MiniLmSession(threads);
                using var lease = encoder.Rent();
                var batches = lease.Use(model => texts.Select(model.Tokens).OrderBy(ids => ids.Length).Chunk(16).ToArray());
                var ours = Timing.Of(() => encoder.Encode(texts));
                var theirs = Timing.Of(() => Array.ForEach(batches, batch => session.Tokens(batch)));
                report.AppendLine(CultureInfo.InvariantCulture,
                    $"| {name} | {threads} | {texts.Length / ours.Median:F0} | {texts.Length / theirs.Median:F0} | {theirs / ours:F2} |");
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {threads} {ours} {theirs}"));
            }
        }
        return report.ToString();
    }
}
