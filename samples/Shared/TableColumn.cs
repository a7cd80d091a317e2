using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A column of a table: of numbers, or of texts.</summary>
/// <param name="Path">The file, for messages.</param>
/// <param name="Name">The name in the header.</param>
/// <param name="Place">The position in the file, from 1.</param>
/// <param name="Cells">The text of each row.</param>
/// <param name="Lines">The line of the file at which each row begins.</param>
public sealed partial record TableColumn(string Path, string Name, int Place, string[] Cells, int[] Lines)
{
    // The values that pandas treats as missing, and those that spreadsheets, ARFF and SAS write.
    private static readonly HashSet<string> Missing = new(StringComparer.OrdinalIgnoreCase)
    {
        "", "?", "-", "--", ".", "NA", "N/A", "#N/A", "#NA", "<NA>", "n.a.", "NaN", "-NaN", "null", "(null)", "none", "nil", "1.#IND",
            "-1.#IND", "1.#QNAN", "-1.#QNAN",
    };

    /// <summary>Whether no row has a value.</summary>
    public bool IsEmpty => Cells.All(IsMissing);

    /// <summary>Whether a cell means a missing value.</summary>
    public static bool IsMissing(string cell) => Missing.Contains(cell);

    /// <summary>The finite number in a cell, with a decimal point and nothing else; otherwise null.</summary>
    public static float? Number(string cell) =>
        float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value) ? value : null;

    /// <summary>The numbers of the rows, NaN where missing; null where the column is text.</summary>
    /// <exception cref="UsageException">
    /// Some cells are numbers and one is not, or uses another notation; the message names it.
    /// </exception>
    public float[]? Numbers()
    {
        var numbers = Cells.Select(Number).ToArray();
        var other = Enumerable.Range(0, Cells.Length).FirstOrDefault(row => numbers[row] is null && IsOtherNotation(Cells[row]), -1);
        if (other >= 0)
        {
            throw Wrong(other, $"no number of the plain form but '{Cells[other]}'; write it with a decimal point and without %, currency or thousands separators (12.5, 1234.50)");
        }
        var count = numbers.Count(number => number is not null);
        if (count == 0 && !IsEmpty)
        {
            return null;
        }
        var text = Enumerable.Range(0, Cells.Length).FirstOrDefault(row => numbers[row] is null && !IsMissing(Cells[row]), -1);
        return text < 0
            ? [.. numbers.Select(number => number ?? float.NaN)]
            : throw Wrong(text, $"no number but '{Cells[text]}', where {count} of the column's {Cells.Length} cells are numbers; write a number, or leave it empty where it is missing");
    }

    /// <summary>An error about the cell of a row.</summary>
    public UsageException Wrong(int row, string there) =>
        new($"{Path}, line {Lines[row]}, row {row + 1}, column {Place}: there is {there} (column '{Name}').");

    /// <summary>
    /// Whether a cell is a number in another notation: with separators of thousands, a decimal comma, percent or a currency. A plain number
    /// that is too large is none.
    /// </summary>
    public static bool IsOtherNotation(string cell) => !IsMissing(cell)
        && !float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _) && OtherNotation().IsMatch(cell);

    // Groups of three digits, decimal commas, percent, currency, and parentheses for negative numbers.
    [GeneratedRegex(@"^\(?[+\-\u2212]?\s*\p{Sc}?\s*[+\-\u2212]?(\d{1,3}([.,'\u2019\u00a0\u202f _]\d{3})+([.,]\d+)?|\d+([.,]\d*)?|[.,]\d+)(e[+\-\u2212]?\d{1,4})?\s*[%\u2030\p{Sc}]?\)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OtherNotation();
}
