namespace Microsoft.ML.Extensions.Samples;

/// <summary>Reads a table of series.</summary>
internal static class SeriesTableFile
{
    /// <summary>
    /// Reads a table file, one row per step. Columns of text (dates) and columns without a value are left out, with a message.
    /// </summary>
    /// <exception cref="UsageException">The file has no series, or a value is missing or not a number.</exception>
    public static SeriesTable Read(string path)
    {
        var columns = TableFile.Read(path).Columns.Select(column => (Column: column, Numbers: column.IsEmpty ? null : column.Numbers()))
            .ToList();
        var series = columns.Where(column => column.Numbers is not null).ToList();
        if (series.Count == 0)
        {
            throw new UsageException($"{path} has no column of numbers; expected a header and numbers, separated by ',', ';', tab or '|'.");
        }
        if (series.Count < columns.Count)
        {
            Console.WriteLine($"Left out, because they hold no numbers: {string.Join(", ", columns.Where(column => column.Numbers is null).Select(column => column.Column.Name))}.");
        }
        foreach (var (column, numbers) in series)
        {
            if (Array.FindIndex(numbers!, float.IsNaN) is >= 0 and var row)
            {
                throw column.Wrong(row, $"no number but '{column.Cells[row]}', a missing value; a forecast needs a number in every row");
            }
        }
        return new SeriesTable(
            [.. series.Select(column => column.Column.Name)],
            [.. Enumerable.Range(0, series[0].Numbers!.Length).Select(row => series.Select(column => column.Numbers![row]).ToArray())]);
    }
}
