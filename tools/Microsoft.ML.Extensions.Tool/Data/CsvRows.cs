using System.Text;
using Microsoft.ML.Extensions.Samples;
using Sylvan.Data.Csv;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>The rows of a table whose cells are separated by one character (RFC 4180).</summary>
internal sealed class CsvRows : RowReader
{
    // A row is kept whole while it is read; a quote that is never closed would otherwise take the rest of the file.
    private const int LongestRow = 1 << 24;

    private readonly string _path;
    private readonly CsvDataReader _reader;
    private readonly string[] _names;
    private bool _hasRow;
    private int _next = 1;
    private int _line;

    /// <summary>Opens a file.</summary>
    /// <exception cref="UsageException">It is no table of text.</exception>
    public CsvRows(string path, ReadSettings settings)
    {
        _path = path;
        var separator = settings.Separator ?? Separators.Of(path);
        var text = TextFile.Open(path);
        try
        {
            _reader = Guarded(() => CsvDataReader.Create(text, new CsvDataReaderOptions
            {
                HasHeaders = false,
                Delimiter = separator,
                // No line is a comment: a name may begin with '#'.
                Comment = '\0',
                MaxBufferSize = LongestRow,
            }));
            if (!NextFilled())
            {
                throw new UsageException($"{path} is empty, expected a table.");
            }
            _names = settings.HasHeader ? Header() : [.. Enumerable.Range(0, Width()).Select(at => $"col{at}")];
            _hasRow = !settings.HasHeader;
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }

    public override IReadOnlyList<string> Names => _names;

    public override int Line => _line;

    public override bool Read()
    {
        if (!_hasRow && !NextFilled())
        {
            return false;
        }
        _hasRow = false;
        var count = _reader.RowFieldCount;
        if (count < _names.Length)
        {
            throw new UsageException($"{_path}, line {_line}: there are {count} values and {_names.Length} columns; "
                + "a row needs a value, or nothing between two separators, for each column.");
        }
        for (var extra = _names.Length; extra < count; extra++)
        {
            if (!Cell(extra).IsEmpty)
            {
                throw new UsageException($"{_path}, line {_line}: there are {count} values and {_names.Length} columns; "
                    + $"'{Cell(extra)}' belongs to none. A separator within a value needs quotes around the value.");
            }
        }
        return true;
    }

    public override ReadOnlySpan<char> Cell(int column) => _reader.GetFieldSpan(column).Trim();

    public override void Dispose() => _reader.Dispose();

    // Blank lines are passed over.
    private bool NextFilled()
    {
        while (Guarded(_reader.Read))
        {
            var record = _reader.GetRawRecordSpan();
            _line = _next;
            _next += Math.Max(1, record.Count('\n'));
            if (record.Contains('\0'))
            {
                throw new UsageException($"{_path}, line {_line}: there is a NUL character; save the file as UTF-8 text.");
            }
            if (_reader.RowFieldCount > 1 || !Cell(0).IsEmpty)
            {
                return true;
            }
        }
        return false;
    }

    // If a separator ends each line, the cell after it has neither a name nor a value.
    private int Width()
    {
        var width = _reader.RowFieldCount;
        while (width > 1 && Cell(width - 1).IsEmpty)
        {
            width--;
        }
        return width;
    }

    private string[] Header()
    {
        var names = Enumerable.Range(0, Width()).Select(at => Cell(at).ToString()).ToArray();
        // A number with a decimal point is unlikely to be a name, and the first row would be lost.
        if (names.FirstOrDefault(name => name.Contains('.') && TableColumn.Number(name) is not null) is { } number)
        {
            throw new UsageException(
                $"{_path}, line {_line}: '{number}' is a number, expected a name; without a header take --has-header false.");
        }
        for (var at = 0; at < names.Length; at++)
        {
            names[at] = names[at].Length > 0 ? names[at] : $"column {at + 1}";
        }
        return [.. ColumnNames.Different(names, _path)];
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DecoderFallbackException)
        {
            throw TextFile.WrongEncoding(_path);
        }
        catch (CsvRecordTooLargeException)
        {
            throw new UsageException($"{_path}, line {_next}: a quote is opened and not closed within {LongestRow:n0} characters.");
        }
        catch (CsvFormatException)
        {
            throw new UsageException($"{_path}, line {_next}: a quote is not closed, or there is text after a closing quote; "
                + "write a quote within quotes twice.");
        }
    }
}
