using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples.Tests;

/// <summary>The files that programs on the pages read, small ones of the same form.</summary>
internal static class SnippetFiles
{
    private const string Sentences = "flow past a flat plate|the wing of an aircraft|heat transfer in a boundary layer|hot wings of a supersonic plane";

    // A name, or a page and a name where that page's file has a form of its own.
    private static readonly Dictionary<string, Action<string>> s_files = new()
    {
        ["JapaneseVowels_TRAIN.ts"] = WriteVowels,
        ["JapaneseVowels_TEST.ts"] = WriteVowels,
        ["FloodModeling1_TRAIN.ts"] = WriteFloods,
        ["docs/Onnx.md sales.csv"] = path => WriteSales(path, 436),
        ["sales.csv"] = path => WriteSales(path, 244),
        ["later.csv"] = path => WriteSales(path, 200),
        ["docs/DeepNetwork.md table.csv"] = path => WriteTable(path, 80, random => [.. Values(random, 11)]),
        ["table.csv"] = path => WriteTable(path, 80, random => [random.Next(2), .. Values(random, 20)]),
        ["docs/Sparsity.md train.csv"] = path => WriteTable(path, 24, random => [random.Next(2), .. Values(random, 96)]),
        ["docs/Sparsity.md test.csv"] = path => WriteTable(path, 24, random => [random.Next(2), .. Values(random, 96)]),
        ["docs/ImageTextMatching.md train.tsv"] = path => WritePictures(path, "Path\tText"),
        ["docs/ImageTextMatching.md photos.tsv"] = path => WritePictures(path, "Path\tText"),
        ["docs/Lrcn.md train.tsv"] = path => WritePictures(path, "Path\tSentence"),
        ["docs/Lrcn.md test.tsv"] = path => WritePictures(path, "Path\tSentence"),
        ["docs/NeuralRanking.md train.tsv"] = path => WriteLines(path, ["QueryId\tQuery\tDocument\tLabel", .. Judged((id, query, text, label) => $"{id}\t{query}\t{text}\t{label}")]),
        ["docs/NeuralRanking.md test.tsv"] = path => WriteLines(path, ["QueryId\tQuery\tDocument\tLabel", .. Judged((id, query, text, label) => $"{id}\t{query}\t{text}\t{label}")]),
        ["docs/NumericRanking.md train.tsv"] = path => WriteLines(path, Numbered()),
        ["docs/NumericRanking.md test.tsv"] = path => WriteLines(path, Numbered()),
        ["texts.tsv"] = path => WriteLines(path, Texts()),
        ["texts.txt"] = path => WriteLines(path, Sentences.Split('|')),
        ["pairs.tsv"] = path => WriteLines(path, Judged((_, query, text, _) => $"{query}\t{text}")),
        ["documents.tsv"] = path => WriteLines(path, Sentences.Split('|').Select((text, i) => $"doc-{i}\t{text}")),
        ["glove.6B.100d.txt"] = path => WriteLines(path, ["flow 0.1 0.2 0.3 0.4", "wing 0.4 0.3 0.2 0.1"]),
        ["judgements.txt"] = path => WriteLines(path, ["1 0 a 1", "1 0 b 0", "2 0 a 0", "2 0 c 1"]),
        ["words.run"] = path => WriteLines(path, Run(1)),
        ["vectors.run"] = path => WriteLines(path, Run(2)),
        ["other-words.run"] = path => WriteLines(path, Run(3)),
        ["other-vectors.run"] = path => WriteLines(path, Run(4)),
        ["docs/Onnx.md sensor.zip"] = SnippetModels.SaveSensor,
        ["docs/Models.md machine.zip"] = SnippetModels.SaveMachine,
        ["ranking.zip"] = SnippetModels.SaveRanking,
        ["gpt2"] = SnippetModels.SaveGpt2,
        ["all-MiniLM-L6-v2"] = SnippetModels.SaveEncoder,
    };

    /// <summary>Those that a page names in quotes.</summary>
    public static void Write(string folder, string page, string text)
    {
        foreach (var (key, write) in s_files)
        {
            var name = key.Split(' ')[^1];
            if (text.Contains($"\"{name}\"", StringComparison.Ordinal) && (key == name ? !s_files.ContainsKey($"{page} {name}") : key == $"{page} {name}"))
            {
                write(Path.Combine(folder, name));
            }
        }
    }

    /// <summary>Rows of 12 channels and 7 to 12 steps, whose mean tells their class.</summary>
    public static void WriteVowels(string path)
    {
        var random = new Random(1);
        WriteLines(path,
        [
            "@problemName Vowels", "@univariate false", "@dimensions 12", "@equalLength false", "@classLabel true 1 2 3 4 5", "@data",
            .. Enumerable.Range(0, 50).Select(row =>
            {
                var steps = random.Next(7, 13);
                return string.Join(':', Enumerable.Range(0, 12).Select(_ => Join(',', Values(random, steps).Select(value => value + (row % 5))))) + $":{(row % 5) + 1}";
            }),
        ]);
    }

    private static void WriteFloods(string path)
    {
        var random = new Random(1);
        WriteLines(path,
        [
            "@problemName Floods", "@univariate true", "@equalLength true", "@seriesLength 20", "@targetLabel true", "@data",
            .. Enumerable.Range(0, 30).Select(_ => Values(random, 20).ToArray()).Select(values => $"{Join(',', values)}:{values.Max()}"),
        ]);
    }

    private static void WriteSales(string path, int hours)
    {
        var first = new DateTime(2025, 1, 1);
        WriteLines(path,
        [
            "Time,Sales,Visitors",
            .. Enumerable.Range(0, hours).Select(hour => string.Create(
                CultureInfo.InvariantCulture, $"{first.AddHours(hour):s},{100 + (20 * Math.Sin(hour * Math.PI / 12)) + (hour % 7)},{50 + (hour % 24)}")),
        ]);
    }

    private static void WriteTable(string path, int rows, Func<Random, double[]> row)
    {
        var random = new Random(1);
        WriteLines(path, Enumerable.Range(0, rows).Select(_ => Join(',', row(random))));
    }

    private static void WritePictures(string path, string header)
    {
        var folder = Path.GetDirectoryName(path)!;
        (string Name, byte Red, byte Blue)[] colors = [("a red square", 255, 0), ("a blue square", 0, 255), ("a purple square", 255, 255), ("a black square", 0, 0)];
        List<string> lines = [header];
        for (var i = 0; i < 24; i++)
        {
            var (name, red, blue) = colors[i % colors.Length];
            var pixels = new byte[32 * 32 * 4];
            for (var pixel = 0; pixel < pixels.Length; pixel += 4)
            {
                (pixels[pixel], pixels[pixel + 1], pixels[pixel + 2], pixels[pixel + 3]) = (blue, (byte)i, red, 255);
            }
            using var image = MLImage.CreateFromPixels(32, 32, MLPixelFormat.Bgra32, pixels);
            var file = Path.Combine(folder, $"{i}.png");
            image.Save(file);
            lines.Add($"{file}\t{name}");
        }
        WriteLines(path, lines);
    }

    private static IEnumerable<string> Judged(Func<int, string, string, int, string> line) =>
        Enumerable.Range(0, 48).Select(i => line(i / 4, Sentences.Split('|')[i / 4 % 4], Sentences.Split('|')[i % 4], i % 4 == i / 4 % 4 ? 1 : 0));

    private static IEnumerable<string> Numbered()
    {
        var random = new Random(1);
        return Enumerable.Range(0, 200).Select(i => $"{i % 2}\tq{i / 10}\t{Join('\t', Values(random, 46).Select(value => value + (i % 2)))}");
    }

    private static IEnumerable<string> Texts() => Enumerable.Range(0, 16).Select(i => $"{i % 2}\t{Sentences.Split('|')[i % 4]}");

    private static IEnumerable<string> Run(int seed)
    {
        var random = new Random(seed);
        return from query in Enumerable.Range(1, 2) from document in "abc" select $"{query} Q0 {document} 1 {Join(' ', Values(random, 1))} system";
    }

    private static IEnumerable<double> Values(Random random, int count) => Enumerable.Range(0, count).Select(_ => random.NextDouble());

    private static string Join(char separator, IEnumerable<double> values) =>
        string.Join(separator, values.Select(value => value.ToString("g6", CultureInfo.InvariantCulture)));

    private static void WriteLines(string path, IEnumerable<string> lines) => File.WriteAllLines(path, lines);
}
