using System.Text;

namespace Microsoft.ML.Extensions.Pretrained;

/// <summary>
/// Reads files that users provide. Folders, empty files, pointers and files of another kind are recognised and named; texts may begin with
/// a byte-order mark.
/// </summary>
internal static class GivenFile
{
    /// <summary>The longest file that is read as a whole.</summary>
    public const long LongestText = 1L << 28;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // No safetensors file, llama2.c model or SentencePiece model begins with any of these.
    private static readonly (byte[] Start, string Kind)[] Kinds =
    [
        ([.. "version https://git-lfs"u8], "a pointer of Git LFS; fetch the file itself with 'git lfs pull'"),
        ([.. "PK\u0003\u0004"u8], "a zip, as PyTorch's own files are; save the weights as safetensors"),
        ([.. "GGUF"u8], "a file of llama.cpp (GGUF), which is not supported; use the model's safetensors"),
        ([.. "<!DOCTYPE"u8], "a page of HTML; download the file itself"),
        ([.. "<html"u8], "a page of HTML; download the file itself"),
    ];

    /// <summary>The path, if the file exists.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist; the message says if the path is a folder.</exception>
    public static string Existing(string path) =>
        File.Exists(path) ? path
        : throw new FileNotFoundException(Directory.Exists(path) ? $"'{path}' is a folder; give a file." : $"'{path}' is not there.", path);

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="FormatException">The file is empty, as pipes and devices are.</exception>
    public static FileStream Open(string path) =>
        new FileInfo(Existing(path)).Length > 0 ? File.OpenRead(path)
            : throw new FormatException($"'{path}' is empty or cut off: it has 0 bytes.");

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="FormatException">It is empty, too long, or of a well-known other kind.</exception>
    public static byte[] Read(string path)
    {
        var length = new FileInfo(Existing(path)).Length;
        if (length is 0 or > LongestText)
        {
            throw new FormatException(length == 0 ? $"'{path}' is empty."
                : $"'{path}' has {length} bytes; at most {LongestText} are read. It is a file of another kind.");
        }
        var bytes = File.ReadAllBytes(path);
        CheckKind(path, bytes);
        return bytes;
    }

    /// <summary>The text of a file in UTF-8, or in UTF-16 after its byte-order mark.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="FormatException">It is empty, too long, or no text.</exception>
    public static string ReadText(string path)
    {
        var bytes = Read(path);
        try
        {
            return bytes switch
            {
                [0xEF, 0xBB, 0xBF, .. var rest] => StrictUtf8.GetString(rest),
                [0xFF, 0xFE, .. var rest] =>
                    new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true).GetString(rest),
                [0xFE, 0xFF, .. var rest] =>
                    new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true).GetString(rest),
                _ => StrictUtf8.GetString(bytes),
            };
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"'{path}' is no text in UTF-8: {e.Message}", e);
        }
    }

    /// <exception cref="FormatException">The file begins like one of another kind.</exception>
    public static void CheckKind(string path, ReadOnlySpan<byte> start)
    {
        foreach (var (known, kind) in Kinds)
        {
            if (start.StartsWith(known))
            {
                throw new FormatException($"'{path}' is {kind}.");
            }
        }
    }
}
