using System.Text;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>Finds what separates the cells of a table.</summary>
internal static class Separators
{
    private const int CharactersRead = 1 << 16;

    private static readonly char[] s_known = [',', ';', '\t', '|'];

    /// <summary>The separator of a file: the one that splits its first row, and its second row into as many cells.</summary>
    /// <exception cref="UsageException">Several do; the message says how to name one.</exception>
    public static char Of(string path)
    {
        if (path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase))
        {
            return '\t';
        }
        var text = Beginning(path);
        var counts = s_known.Select(separator => Counts(text, separator)).ToArray();
        var splitting = s_known.Where((_, index) => counts[index].First > 0).ToArray();
        if (splitting.Length > 1)
        {
            splitting = [.. splitting.Where(separator => Counts(text, separator) is var (first, second) && first == second)];
            if (splitting.Length != 1)
            {
                throw new UsageException(
                    $"{path}, line 1: it cannot be told which of ',', ';', tab and '|' separates the columns; name it with --separator.");
            }
        }
        return splitting is [var only] ? only : s_known[0];
    }

    /// <summary>The separator that an option names.</summary>
    /// <exception cref="UsageException">It names none.</exception>
    public static char? Named(string? text) => text switch
    {
        null => null,
        "tab" or "\\t" or "\t" => '\t',
        "comma" or "," => ',',
        "semicolon" or ";" => ';',
        "bar" or "|" => '|',
        "space" or " " => ' ',
        _ => throw new UsageException($"--separator is '{text}'; allowed is one of comma, semicolon, tab, bar, space."),
    };

    /// <summary>The name of a separator, for messages.</summary>
    public static string NameOf(char separator) => separator switch
    {
        '\t' => "tab",
        ' ' => "space",
        _ => $"'{separator}'",
    };

    private static string Beginning(string path)
    {
        using var reader = TextFile.Open(path);
        var buffer = new char[CharactersRead];
        try
        {
            return new string(buffer, 0, reader.ReadBlock(buffer, 0, buffer.Length));
        }
        catch (DecoderFallbackException)
        {
            throw TextFile.WrongEncoding(path);
        }
    }

    // How often a separator stands outside of quotes in the first and in the second row.
    private static (int First, int Second) Counts(string text, char separator)
    {
        var (counts, row, isQuoted, isBlank) = (new int[2], 0, false, true);
        foreach (var letter in text)
        {
            isQuoted ^= letter == '"';
            if (!isQuoted && letter == '\n')
            {
                row += isBlank ? 0 : 1;
                isBlank = true;
                if (row == counts.Length)
                {
                    break;
                }
                continue;
            }
            isBlank &= char.IsWhiteSpace(letter) && letter != separator;
            counts[row] += !isQuoted && letter == separator ? 1 : 0;
        }
        return (counts[0], counts[1]);
    }
}
