using System.Text;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>Opens text files, and refuses what is no text.</summary>
internal static class TextFile
{
    /// <summary>A reader of a file: a byte-order mark decides the encoding; without one, the text is UTF-8.</summary>
    /// <exception cref="UsageException">There is no such file, or it is a folder or empty.</exception>
    public static StreamReader Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UsageException($"'{path}' is a folder, expected a file.");
        }
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new UsageException($"there is no file '{path}'.");
        }
        return file.Length == 0 ? throw new UsageException($"{path} is empty.")
            : new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
    }

    /// <summary>The error for a file whose bytes are no text of its encoding.</summary>
    public static UsageException WrongEncoding(string path) => new($"{path} is not UTF-8 text; save it as UTF-8.");
}
