using System.Globalization;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A question and one of its answers.</summary>
internal sealed class PairRow
{
    /// <summary>The question, which also identifies its group.</summary>
    public string Query { get; set; } = "";

    /// <summary>The answer.</summary>
    public string Document { get; set; } = "";

    /// <summary>Its grade.</summary>
    public float Label { get; set; }

    /// <summary>Reads a file of lines <c>question, tab, answer, tab, label</c>.</summary>
    /// <exception cref="FormatException">A line has another form; the message names file and line.</exception>
    public static IReadOnlyList<PairRow> Read(string path)
    {
        var rows = TextTable.Lines(path).Select(line => Of(path, line.Line, line.Number)).ToArray();
        return rows.Length > 0 ? rows : throw new FormatException($"'{path}' has no line.");
    }

    private static PairRow Of(string path, string line, int number) =>
        line.Split('\t') is [{ Length: > 0 } question, var answer, var label]
            && float.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out var grade) && float.IsFinite(grade)
            ? new() { Query = question, Document = answer, Label = grade }
            : throw new FormatException($"'{path}', line {number}: each line is a question, a tab, an answer, a tab and a number.");
}
