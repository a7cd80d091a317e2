using System.Text;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>A row of a table.</summary>
/// <param name="Number">The line of the file at which it begins, from 1.</param>
/// <param name="Cells">Its cells, without the spaces and quotes around them.</param>
internal sealed record TableLine(int Number, string[] Cells);

/// <summary>Splits a text into the rows and cells of a table (RFC 4180, with spaces around cells).</summary>
internal sealed class TableLines
{
    private readonly string _path;
    private readonly string _text;
    private readonly char _separator;
    private int _at;
    private int _number = 1;

    private TableLines(string path, string text, char separator) => (_path, _text, _separator) = (path, text, separator);

    /// <summary>The rows that are not blank.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="text">Its text.</param>
    /// <param name="separators">The allowed separators; the one that splits the header is used, or the first if none does.</param>
    /// <exception cref="UsageException">Several of them split the header, or a quote is not closed.</exception>
    public static List<TableLine> Read(string path, string text, char[] separators)
    {
        var headers = separators.Select(separator => HeaderCells(path, text, separator)).ToArray();
        var splitting = separators.Where((_, index) => headers[index] > 1).ToArray();
        if (splitting.Length > 1)
        {
            splitting = [.. splitting.Where(separator => IsRegular(path, text, separator))];
            if (splitting.Length != 1)
            {
                throw new UsageException(
                    $"{path}, line 1: it cannot be told which of ',', ';', tab and '|' separates the columns; put names that contain one into quotes.");
            }
        }
        var lines = new TableLines(path, text, splitting is [var only] ? only : separators[0]);
        var rows = new List<TableLine>();
        while (lines.Next() is { } row)
        {
            rows.Add(row);
        }
        return rows;
    }

    // If quotes that are closed with one separator are not with another, that other one splits nothing.
    private static int HeaderCells(string path, string text, char separator)
    {
        try
        {
            return new TableLines(path, text, separator).Next()?.Cells.Length ?? 0;
        }
        catch (UsageException)
        {
            return 0;
        }
    }

    // Whether the second row has as many cells as the header.
    private static bool IsRegular(string path, string text, char separator)
    {
        var lines = new TableLines(path, text, separator);
        return lines.Next()?.Cells.Length == lines.Next()?.Cells.Length;
    }

    private TableLine? Next()
    {
        while (_at < _text.Length)
        {
            var start = _number;
            var cells = new List<string>();
            do
            {
                cells.Add(Cell());
            }
            while (TakeSeparator());
            TakeLineEnd();
            if (cells.Count > 1 || cells[0].Length > 0)
            {
                return new TableLine(start, [.. cells]);
            }
        }
        return null;
    }

    private string Cell()
    {
        while (_at < _text.Length && IsBlank(_text[_at]))
        {
            _at++;
        }
        if (_at < _text.Length && _text[_at] == '"')
        {
            return Quoted();
        }
        var start = _at;
        while (!IsEnd())
        {
            _at++;
        }
        return _text[start.._at].Trim();
    }

    private string Quoted()
    {
        var (start, cell) = (_number, new StringBuilder());
        for (_at++; _at < _text.Length; _at++)
        {
            var letter = _text[_at];
            if (letter == '"' && (_at + 1 == _text.Length || _text[_at + 1] != '"'))
            {
                _at++;
                return Closed(cell);
            }
            _at += letter == '"' ? 1 : 0;
            _number += letter == '\n' ? 1 : 0;
            cell.Append(letter);
        }
        throw new UsageException($"{_path}, line {start}: a quote is opened and never closed.");
    }

    private string Closed(StringBuilder cell)
    {
        while (!IsEnd() && IsBlank(_text[_at]))
        {
            _at++;
        }
        return IsEnd()
            ? cell.ToString().Trim()
            : throw new UsageException(
                $"{_path}, line {_number}: there is text after the closing quote of '{cell}'; write a quote within quotes twice.");
    }

    private bool IsBlank(char letter) => letter != _separator && letter is not ('\n' or '\r') && char.IsWhiteSpace(letter);

    private bool IsEnd() => _at == _text.Length || _text[_at] == _separator || _text[_at] is '\n' or '\r';

    private bool TakeSeparator()
    {
        if (_at == _text.Length || _text[_at] != _separator)
        {
            return false;
        }
        _at++;
        return true;
    }

    private void TakeLineEnd()
    {
        _at += _text.AsSpan(_at).StartsWith("\r\n") ? 2 : _at < _text.Length ? 1 : 0;
        _number++;
    }
}
