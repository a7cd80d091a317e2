namespace Microsoft.ML.Extensions.Samples;

/// <summary>An image and a sentence about it.</summary>
internal sealed class Pair
{
    /// <summary>The path of the image.</summary>
    public string Image { get; set; } = "";

    /// <summary>The sentence.</summary>
    public string Text { get; set; } = "";

    /// <summary>Reads a file of lines <c>path, tab, sentence</c>.</summary>
    /// <exception cref="FormatException">A line has another form; the message names file and line.</exception>
    public static IReadOnlyList<Pair> Read(string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var pairs = new List<Pair>();
        foreach (var (line, index) in File.ReadLines(file).Select((line, index) => (line, index)).Where(pair => pair.line.Length > 0))
        {
            pairs.Add(line.Split('\t') is [{ Length: > 0 } image, { Length: > 0 } text]
                ? new() { Image = Path.Combine(folder, image), Text = text }
                : throw new FormatException(
                    FormattableString.Invariant($"'{file}', line {index + 1}: each line is the path of an image, a tab and a sentence.")));
        }
        return pairs.Count > 0 ? pairs : throw new FormatException($"'{file}' has no line.");
    }
}
