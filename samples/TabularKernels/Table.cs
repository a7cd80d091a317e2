using System.Globalization;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A row of a table: its numbers and its class.</summary>
internal sealed class TableRow
{
    public float[] Features { get; set; } = [];

    public string Class { get; set; } = "";
}

/// <summary>Rows with a class: a column of numbers is one number, NaN where missing; a column of text is a 0 or 1 for each text it has, all 0 where missing.</summary>
/// <param name="Rows">The rows.</param>
internal sealed record Table(TableRow[] Rows)
{
    private static readonly string[] Missing = ["", "?", "NA", "NaN"];

    /// <summary>Reads a file with a header and commas, where quotes may surround what has commas itself. Rows without a class are left out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">The name of the column that holds the class; empty for the last.</param>
    /// <exception cref="UsageException">The file is no such table.</exception>
    public static Table Read(string path, string label)
    {
        var lines = File.ReadLines(path).Where(line => line.Length > 0).Select(Split).ToList();
        if (lines.Count < 2)
        {
            throw new UsageException($"{path} has no rows after the header.");
        }
        var header = lines[0];
        var target = label.Length == 0 ? header.Length - 1 : Array.IndexOf(header, label);
        if (target < 0)
        {
            throw new UsageException($"{path} has no column '{label}'; the nearest are {string.Join(", ", NearestNames.Of(label, header))}.");
        }
        for (var line = 1; line < lines.Count; line++)
        {
            if (lines[line].Length != header.Length)
            {
                throw new UsageException($"{path}, row {line}: there are {lines[line].Length} values and {header.Length} columns.");
            }
        }
        var rows = lines.Skip(1).Where(row => !Missing.Contains(row[target])).ToList();
        var columns = Enumerable.Range(0, header.Length).Where(column => column != target).Select(column => Values([.. rows.Select(row => row[column])])).ToList();
        return new Table([.. rows.Select((row, index) => new TableRow { Features = [.. columns.SelectMany(column => column[index])], Class = row[target] })]);
    }

    /// <summary>Some of the rows as data.</summary>
    public IDataView View(MLContext ml, IEnumerable<int> rows)
    {
        var definition = SchemaDefinition.Create(typeof(TableRow));
        definition[nameof(TableRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Rows[0].Features.Length);
        return ml.Data.LoadFromEnumerable(rows.Select(row => Rows[row]).ToArray(), definition);
    }

    /// <summary>The fold of each row; every class is dealt out evenly.</summary>
    public int[] Folds(int count, int seed)
    {
        var order = Enumerable.Range(0, Rows.Length).ToArray();
        new Random(seed).Shuffle(order);
        var folds = new int[Rows.Length];
        var dealt = 0;
        foreach (var row in order.OrderBy(row => Rows[row].Class, StringComparer.Ordinal))
        {
            folds[row] = dealt++ % count;
        }
        return folds;
    }

    // What a column gives to each row.
    private static float[][] Values(string[] column)
    {
        var numbers = column.Select(Number).ToArray();
        if (column.Zip(numbers).All(pair => pair.Second is not null || Missing.Contains(pair.First)))
        {
            return [.. numbers.Select(number => new[] { number ?? float.NaN })];
        }
        var texts = column.Except(Missing).ToArray();
        return [.. column.Select(text => texts.Select(known => known == text ? 1f : 0f).ToArray())];
    }

    private static float? Number(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value) ? value : null;

    private static string[] Split(string line)
    {
        var (parts, part, isQuoted) = (new List<string>(), new StringBuilder(), false);
        foreach (var letter in line)
        {
            if (letter == ',' && !isQuoted)
            {
                parts.Add(part.ToString().Trim());
                part.Clear();
            }
            else if (letter == '"')
            {
                isQuoted = !isQuoted;
            }
            else
            {
                part.Append(letter);
            }
        }
        parts.Add(part.ToString().Trim());
        return [.. parts];
    }
}
