namespace Microsoft.ML.Extensions.Samples;

/// <summary>
/// Reads a table file as numbers. A column of numbers is one feature, NaN if missing. A column of text is a 0 or 1 for each distinct text,
/// all 0 if missing.
/// </summary>
internal static class TableReader
{
    private const int MostTexts = 1000;

    /// <summary>Reads a table file. Rows without a class, and columns without a value, are left out.</summary>
    /// <param name="path">The file; <see cref="TableFile"/> describes the allowed formats.</param>
    /// <param name="label">The name of the column that holds the class; empty for the last.</param>
    /// <param name="texts">Columns of numbers to read as text.</param>
    /// <exception cref="UsageException">The file is not a valid table.</exception>
    public static Table Read(string path, string label, IReadOnlyList<string> texts)
    {
        var file = TableFile.Read(path);
        if (file.Columns.Count == 1)
        {
            throw new UsageException(
                $"{path} has one column, '{file.Columns[0].Name}'; expected a class and at least one column more, separated by ',', ';', tab or '|'.");
        }
        var target = label.Length == 0 ? file.Columns[^1] : Find(file, label);
        var asText = texts.Select(name => Find(file, name)).ToList();
        var rows = Enumerable.Range(0, target.Cells.Length).Where(row => !TableColumn.IsMissing(target.Cells[row])).ToArray();
        if (rows.Length == 0)
        {
            throw new UsageException($"{path}: no row has a class in column '{target.Name}'.");
        }
        var columns = file.Columns.Where(column => column != target)
            .Select(column => column with
            {
                Cells = [.. rows.Select(row => column.Cells[row])],
                Lines = [.. rows.Select(row => column.Lines[row])]
            })
            .Where(column => !column.IsEmpty)
            .Select(column => Values(column, asText.Any(text => text.Place == column.Place))).ToList();
        return columns.Count == 0
            ? throw new UsageException($"{path} has no value beside the class in column '{target.Name}'.")
            : new Table([.. rows.Select(
                (row, index) => new TableRow { Features = [.. columns.SelectMany(column => column[index])], Class = target.Cells[row] })]);
    }

    private static TableColumn Find(TableFile file, string name) =>
        file.Columns.FirstOrDefault(column => column.Name == name) ?? throw new UsageException(
            $"{file.Path} has no column '{name}'; the nearest are {string.Join(", ", NearestNames.Of(name, file.Columns.Select(column => column.Name)))}.");

    // The features of a column for each row.
    private static float[][] Values(TableColumn column, bool asText)
    {
        if (!asText && Numbers(column) is { } numbers)
        {
            return [.. numbers.Select(number => new[] { number })];
        }
        string[] texts = [.. column.Cells.Where(cell => !TableColumn.IsMissing(cell)).Distinct()];
        return texts.Length <= MostTexts
            ? [.. column.Cells.Select(text => texts.Select(known => known == text ? 1f : 0f).ToArray())]
            : throw new UsageException(
                $"{column.Path}: column '{column.Name}' has {texts.Length} different texts, more than {MostTexts}; leave it out of the file.");
    }

    private static float[]? Numbers(TableColumn column)
    {
        try
        {
            return column.Numbers();
        }
        catch (UsageException e)
        {
            throw new UsageException($"{e.Message} To read the column as text: --text \"{column.Name}\".");
        }
    }
}
