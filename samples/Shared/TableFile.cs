using System.Text;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>The cells of a table in a text file, by columns.</summary>
/// <param name="Path">The file.</param>
/// <param name="Columns">The columns that have a name or a value, in the order of the file, all with the same number of cells.</param>
public sealed record TableFile(string Path, IReadOnlyList<TableColumn> Columns)
{
    private static readonly char[] Separators = [',', ';', '\t', '|'];

    /// <summary>
    /// Reads a file with a header and one row per line, separated by commas, semicolons, tabs or bars, whichever the header has. Quotes
    /// may surround cells that contain separators, line breaks or doubled quotes. Blank lines are ignored.
    /// </summary>
    /// <exception cref="UsageException">
    /// The file is not a valid table; the message names it and, if possible, line and column.
    /// </exception>
    public static TableFile Read(string path)
    {
        var lines = TableLines.Read(path, Text(path), Separators);
        if (lines.Count < 2)
        {
            throw new UsageException(
                lines.Count == 0 ? $"{path} is empty, expected a table with a header." : $"{path} has no rows after the header.");
        }
        var header = lines[0].Cells;
        var width = Array.FindLastIndex(header, name => name.Length > 0) + 1;
        // If a separator ends each line, the cell after it has neither a name nor a value.
        width = Math.Max(width,
            Math.Min(header.Length, lines.Skip(1).Max(line => Array.FindLastIndex(line.Cells, cell => cell.Length > 0) + 1)));
        foreach (var line in lines.Skip(1))
        {
            if (line.Cells.Length < width || line.Cells.Skip(width).Any(cell => cell.Length > 0))
            {
                throw new UsageException($"{path}, line {line.Number}: there are {line.Cells.Length} values and {width} columns.");
            }
        }
        var numbers = lines.Skip(1).Select(line => line.Number).ToArray();
        var columns = Enumerable.Range(0, width)
            .Select(at => new TableColumn(
                path, Name(path, header[at], at), at + 1, [.. lines.Skip(1).Select(line => line.Cells[at])], numbers)).ToList();
        return columns.GroupBy(column => column.Name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new UsageException($"{path} has {twice.Count()} columns '{twice.Key}'; give them different names.")
            : new TableFile(path, columns);
    }

    // A number with a decimal point is unlikely to be a name, and the first row would be lost.
    private static string Name(string path, string name, int at)
    {
        if (TableColumn.Number(name) is not null && name.Contains('.'))
        {
            throw new UsageException($"{path}, line 1, column {at + 1}: '{name}' is a number, expected a name; the file needs a header.");
        }
        return name.Length > 0 ? name : $"column {at + 1}";
    }

    private static string Text(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UsageException($"'{path}' is a folder, expected a file.");
        }
        if (!File.Exists(path))
        {
            throw new UsageException($"there is no file '{path}'.");
        }
        try
        {
            // A byte-order mark decides; without one, the text is UTF-8.
            using var reader = new StreamReader(
                path, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
            var text = reader.ReadToEnd();
            return text.Contains('\0') ? throw new UsageException($"{path} has NUL characters; save it as UTF-8 text.") : text;
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException($"{path} is not UTF-8 text; save it as UTF-8.");
        }
    }
}
