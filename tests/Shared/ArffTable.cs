using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>
/// A data set of the Attribute-Relation File Format as features and classes: numbers as they are, NaN where missing; of an attribute with
/// named values one 0 or 1 a value, all 0 where missing. An attribute that has another value in every row is a name and left out.
/// </summary>
/// <param name="Features">The rows.</param>
/// <param name="Classes">The class of each row.</param>
public sealed record ArffTable(float[][] Features, string[] Classes)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classComesFirst">Whether the class is the first attribute and not the last.</param>
    public static ArffTable Read(string path, bool classComesFirst = false)
    {
        var attributes = new List<string[]?>();
        var rows = new List<string[]>();
        var isData = false;
        foreach (var line in File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '%'))
        {
            if (isData)
            {
                rows.Add(Split(line));
            }
            else if (line.StartsWith("@attribute", StringComparison.OrdinalIgnoreCase))
            {
                attributes.Add(Values(line));
            }
            isData |= line.StartsWith("@data", StringComparison.OrdinalIgnoreCase);
        }
        var label = classComesFirst ? 0 : attributes.Count - 1;
        rows.RemoveAll(row => row[label] == "?");
        int[] inputs = [.. Enumerable.Range(0, attributes.Count).Where(index => index != label && !IsName(rows, index, attributes[index]))];
        return new ArffTable(
            [.. rows.Select(row => inputs.SelectMany(index => Numbers(row[index], attributes[index])).ToArray())],
                [.. rows.Select(row => row[label])]);
    }

    /// <summary>Some rows as data with the columns <c>Features</c> and <c>Class</c>.</summary>
    public IDataView View(MLContext ml, IEnumerable<int> rows)
    {
        var definition = SchemaDefinition.Create(typeof(Row));
        definition[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Features[0].Length);
        return ml.Data.LoadFromEnumerable(
            rows.Select(row => new Row { Features = Features[row], Class = Classes[row] }).ToArray(), definition);
    }

    /// <summary>The fold of each row: each class is dealt out evenly.</summary>
    public int[] Folds(int count, int seed)
    {
        var order = Enumerable.Range(0, Classes.Length).ToArray();
        new Random(seed).Shuffle(order);
        var folds = new int[Classes.Length];
        var dealt = 0;
        foreach (var row in order.OrderBy(row => Classes[row], StringComparer.Ordinal))
        {
            folds[row] = dealt++ % count;
        }
        return folds;
    }

    private static bool IsName(List<string[]> rows, int index, string[]? values) =>
        values is not null && rows.Select(row => row[index]).Distinct().Count() == rows.Count;

    private static IEnumerable<float> Numbers(string text, string[]? values) => values is null
        ? [text == "?" ? float.NaN : float.Parse(text, CultureInfo.InvariantCulture)]
        : values.Select(value => value == text ? 1f : 0f);

    // The values of an attribute that names them; null for numbers.
    private static string[]? Values(string line)
    {
        var (start, end) = (line.IndexOf('{', StringComparison.Ordinal), line.LastIndexOf('}'));
        return start < 0 ? null : Split(line[(start + 1)..end]);
    }

    // Commas part, but not between quotes.
    private static string[] Split(string line)
    {
        var (parts, part, quote) = (new List<string>(), new System.Text.StringBuilder(), '\0');
        foreach (var letter in line)
        {
            if (quote == '\0' && letter == ',')
            {
                parts.Add(part.ToString().Trim());
                part.Clear();
            }
            else if (letter == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && letter is '\'' or '"')
            {
                quote = letter;
            }
            else
            {
                part.Append(letter);
            }
        }
        parts.Add(part.ToString().Trim());
        return [.. parts];
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public string Class { get; set; } = "";
    }
}
