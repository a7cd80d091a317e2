using System.Text;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>The rows of a file of the Attribute-Relation File Format (Weka). Sparse rows, dates and relations are refused by name.</summary>
internal sealed class ArffRows : RowReader
{
    private readonly string _path;
    private readonly StreamReader _reader;
    private readonly List<string> _names = [];
    private readonly List<bool> _isText = [];
    private List<string> _cells = [];
    private int _line;

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="UsageException">It is no such file.</exception>
    public ArffRows(string path)
    {
        _path = path;
        _reader = TextFile.Open(path);
        try
        {
            while (Next() is { } line)
            {
                if (line.StartsWith("@data", StringComparison.OrdinalIgnoreCase))
                {
                    ColumnNames.Different(_names, path);
                    if (_names.Count == 0)
                    {
                        throw Wrong("'@data' without an '@attribute' before it");
                    }
                    return;
                }
                Declare(line);
            }
            throw new UsageException($"{path} has no line '@data'.");
        }
        catch
        {
            _reader.Dispose();
            throw;
        }
    }

    public override IReadOnlyList<string> Names => _names;

    public override int Line => _line;

    public override bool Read()
    {
        if (Next() is not { } line)
        {
            return false;
        }
        if (line[0] == '{')
        {
            throw Wrong("a sparse row ({index value, ...}), which is not read; write all values of the row");
        }
        _cells = Split(line, ',');
        return _cells.Count == _names.Count ? true : throw Wrong($"{_cells.Count} values and {_names.Count} attributes");
    }

    public override ReadOnlySpan<char> Cell(int column) => _cells[column];

    public override bool? SaysText(int column) => _isText[column];

    public override void Dispose() => _reader.Dispose();

    // Lines that begin with '%' are comments.
    private string? Next()
    {
        try
        {
            while (_reader.ReadLine() is { } line)
            {
                _line++;
                line = line.Trim();
                if (line.Length > 0 && line[0] != '%')
                {
                    return line;
                }
            }
            return null;
        }
        catch (DecoderFallbackException)
        {
            throw TextFile.WrongEncoding(_path);
        }
    }

    private void Declare(string line)
    {
        if (line.StartsWith("@relation", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }
        if (!line.StartsWith("@attribute", StringComparison.OrdinalIgnoreCase) || Split(line["@attribute".Length..].Trim(), ' ') is not [var name, _, ..] parts)
        {
            throw Wrong($"'{line}', expected '@relation', '@attribute NAME TYPE' or '@data'");
        }
        _names.Add(name);
        var type = parts[1];
        _isText.Add(type.ToUpperInvariant() switch
        {
            "NUMERIC" or "REAL" or "INTEGER" => false,
            "STRING" => true,
            _ when type.StartsWith('{') => true,
            _ => throw Wrong($"the type '{type}' of attribute '{name}'; allowed is numeric, real, integer, string or {{values}}"),
        });
    }

    private UsageException Wrong(string there) => new($"{_path}, line {_line}: there is {there}.");

    // Separators part, but not between quotes. Runs of blanks are one separator.
    private List<string> Split(string line, char separator)
    {
        var (parts, part, quote) = (new List<string>(), new StringBuilder(), '\0');
        for (var at = 0; at < line.Length; at++)
        {
            var letter = line[at];
            if (quote != '\0' && letter == '\\' && at + 1 < line.Length)
            {
                part.Append(line[++at]);
            }
            else if (quote == '\0' && (letter == separator || (separator == ' ' && letter == '\t')))
            {
                Add(parts, part, separator);
            }
            else if (letter == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && letter is '\'' or '"' && part.ToString().Trim().Length == 0)
            {
                quote = letter;
            }
            else
            {
                part.Append(letter);
            }
        }
        Add(parts, part, separator);
        return quote == '\0' ? parts : throw Wrong($"a quote that is opened and not closed: {line}");
    }

    private static void Add(List<string> parts, StringBuilder part, char separator)
    {
        if (separator != ' ' || part.Length > 0)
        {
            parts.Add(part.ToString().Trim());
        }
        part.Clear();
    }
}
