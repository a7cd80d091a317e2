using System.Text;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A line of a file whose fields are separated by spaces and tabs.</summary>
/// <param name="path">The file.</param>
/// <param name="number">The line's number, from 1.</param>
/// <param name="fields">Its fields.</param>
internal sealed class TrecLine(string path, int number, string[] fields)
{
    // What a text in memory holds.
    private const long Longest = 1_000_000_000;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public string[] Fields => fields;

    /// <summary>The lines of a file except blank ones.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="count">The number of fields of each line.</param>
    /// <param name="form">The fields' names, for messages.</param>
    /// <exception cref="FormatException">A line has another number of fields, or the file is not UTF-8.</exception>
    public static IEnumerable<TrecLine> Read(string path, int count, string form)
    {
        var number = 0;
        foreach (var text in Text(path).Split('\n'))
        {
            number++;
            var line = new TrecLine(path, number, text.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries));
            if (line.Fields.Length > 0)
            {
                yield return line.Fields.Length == count ? line
                    : throw line.Wrong($"it has {line.Fields.Length} fields; each line is '{form}'");
            }
        }
    }

    /// <summary>A whole file.</summary>
    /// <exception cref="FormatException">It is not UTF-8, or too long.</exception>
    public static string Text(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (new FileInfo(path) is { Exists: true, Length: > Longest and var length })
        {
            throw new FormatException(FormattableString.Invariant($"'{path}' has {length} bytes; read are at most {Longest}. Divide it by queries."));
        }
        try
        {
            return File.ReadAllText(path, s_strict);
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException($"'{path}' is not UTF-8: {e.Message} Save it as UTF-8.", e);
        }
    }

    public FormatException Wrong(string what, Exception? cause = null) => new($"'{path}', line {number}: {what}.", cause);

    /// <summary>Processes the line's content; exceptions get the file and line.</summary>
    public void Try(Action add)
    {
        try
        {
            add();
        }
        catch (ArgumentException e)
        {
            throw Wrong(e.Message.Split(" (Parameter")[0].TrimEnd('.'), e);
        }
    }
}
