using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.Extensions.Interpretability.Tests.Circuits.Tasks;

/// <summary>Tokenizers of GPT-2's kind whose vocabulary is the printable characters and what is asked for.</summary>
internal static class SmallGpt2Tokenizer
{
    public static TransformerTokenizer OfTexts(params string[] texts)
    {
        List<string> vocabulary = [.. Enumerable.Range('!', '~' - '!' + 1).Select(code => ((char)code).ToString()), "\u0120", "\u010A"];
        var merges = new List<(string Left, string Right)>();
        foreach (var text in texts)
        {
            // Later merges come after all earlier ones, so what was a token stays one.
            for (var parts = Parts(text, merges); parts.Count > 1; parts = Parts(text, merges))
            {
                merges.Add((parts[0], parts[1]));
                vocabulary.Add(parts[0] + parts[1]);
            }
        }
        var folder = Directory.CreateTempSubdirectory("mlx").FullName;
        try
        {
            File.WriteAllText(
                Path.Combine(folder, "vocab.json"),
                    JsonSerializer.Serialize(vocabulary.Distinct().Select((word, token) => (word, token)).ToDictionary()));
            File.WriteAllLines(Path.Combine(folder, "merges.txt"),
                ["#version: 0.2", .. merges.Select(merge => $"{merge.Left} {merge.Right}")]);
            return TransformerTokenizer.LoadGpt2(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The words after a space each.</summary>
    public static TransformerTokenizer OfWords(string words) => OfTexts([.. words.Split(' ').Select(word => " " + word)]);

    /// <summary>Centuries after a space, and all pairs of digits but those left out.</summary>
    public static TransformerTokenizer OfYears(params int[] without) => OfTexts(
        [.. Enumerable.Range(11, 7).Select(century => $" {century}"),
        .. Enumerable.Range(0, 100).Except(without).Select(number => number.ToString("00", CultureInfo.InvariantCulture))]);

    private static List<string> Parts(string text, List<(string Left, string Right)> merges)
    {
        List<string> parts = [.. text.Select(letter => letter == ' ' ? "\u0120" : letter.ToString())];
        foreach (var (left, right) in merges)
        {
            for (var i = 0; i + 1 < parts.Count; i++)
            {
                if (parts[i] == left && parts[i + 1] == right)
                {
                    parts[i] += right;
                    parts.RemoveAt(i + 1);
                }
            }
        }
        return parts;
    }
}
