using System.Text;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Texts by id, in the order of their file.</summary>
/// <param name="Ids">The ids.</param>
/// <param name="Texts">The text of each.</param>
internal sealed record TextTable(IReadOnlyList<string> Ids, IReadOnlyList<string> Texts)
{
    /// <summary>Reads a file of lines <c>id, tab, text</c>.</summary>
    /// <exception cref="FormatException">A line has no tab, or an id is empty or repeated; the message names file and line.</exception>
    public static TextTable Read(string path)
    {
        var ids = new List<string>();
        var texts = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (line, number) in Lines(path))
        {
            var parts = line.Split('\t', 2);
            if (parts.Length < 2 || parts[0].Length == 0)
            {
                throw new FormatException($"'{path}', line {number}: there is no id before a tab; each line is an id, a tab and a text.");
            }
            if (!known.Add(parts[0]))
            {
                throw new FormatException($"'{path}', line {number}: the id '{parts[0]}' is there already.");
            }
            ids.Add(parts[0]);
            texts.Add(parts[1]);
        }
        return ids.Count > 0 ? new(ids, texts) : throw new FormatException($"'{path}' has no line.");
    }

    /// <summary>The non-empty lines of a file, with their numbers.</summary>
    public static IEnumerable<(string Line, int Number)> Lines(string path) =>
        File.ReadAllLines(path, new UTF8Encoding(false, throwOnInvalidBytes: true)).Select((line, place) => (line, place + 1))
            .Where(line => line.line.Length > 0);
}
