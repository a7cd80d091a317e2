using System.IO.Compression;

namespace Microsoft.ML.Extensions.Persistence;

/// <summary>Checks an entry of a model file's zip before ML.NET unpacks it: its unpacked size is bounded by its packed size.</summary>
internal static class PackedEntry
{
    /// <summary>Up to this unpacked size any ratio is allowed: weights may all be zero.</summary>
    public const long Free = 64L << 20;

    /// <summary>The largest ratio of unpacked to packed bytes beyond that. Trained weights have 1.1, texts 10, zeros 1,030.</summary>
    public const long MostUnpacked = 100;

    private const int Chunk = 1 << 20;

    /// <summary>Checks an entry; a missing one passes.</summary>
    /// <param name="ctx">The model's context.</param>
    /// <param name="name">The entry's name in the model's folder.</param>
    /// <param name="check">Checks the beginning of the entry, given its unpacked length.</param>
    /// <exception cref="FormatException">It would unpack to more than is allowed, or its beginning is wrong.</exception>
    public static void Check(ModelLoadContext ctx, string name, Action<Stream, long> check)
    {
        if (Find(ctx, name) is not { } entry)
        {
            return;
        }
        // No more than the length that the zip states is unpacked.
        if (entry.Length > Math.Max(Free, MostUnpacked * entry.CompressedLength))
        {
            throw new FormatException(
                $"'{name}' has {entry.CompressedLength} bytes and unpacks to {entry.Length}; allowed are {Free}, and beyond them {MostUnpacked} a byte.");
        }
        using var stream = entry.Open();
        check(stream, entry.Length);
    }

    /// <summary>
    /// Refuses to write an entry that <see cref="Check"/> would refuse, so that the error comes when the model is saved, not when it is
    /// needed.
    /// </summary>
    /// <param name="name">The entry's name.</param>
    /// <param name="content">What is to be written.</param>
    /// <exception cref="InvalidOperationException">It would unpack to more than is allowed.</exception>
    public static void CheckWritten(string name, byte[] content)
    {
        if (content.Length <= Free)
        {
            return;
        }
        using var packed = new MemoryStream();
        using var deflate = new DeflateStream(packed, CompressionLevel.Optimal);
        for (var start = 0; start < content.Length; start += Chunk)
        {
            deflate.Write(content, start, Math.Min(Chunk, content.Length - start));
            // A tenth less, since the zip may pack differently.
            if (packed.Length * (MostUnpacked * 9 / 10) >= content.Length)
            {
                return;
            }
        }
        throw new InvalidOperationException(
            $"'{name}' has {content.Length} bytes, nearly all of them alike, and no entry of more than {Free} is loaded that unpacks to more than {MostUnpacked} times "
            + "its bytes in the file. Leave out features whose value is the same in nearly all rows, and train again.");
    }

    private static ZipArchiveEntry? Find(ModelLoadContext ctx, string name)
    {
        var path = Slashes(Path.Combine(ctx.Directory ?? "", name));
        ZipArchiveEntry[] entries =
            [.. ctx.Repository?._entries.Values.Where(entry => string.Equals(Slashes(entry.FullName), path, StringComparison.OrdinalIgnoreCase)) ?? []];
        // One of them would be checked and the other unpacked.
        return entries.Length > 1
            ? throw new FormatException($"The file has {entries.Length} entries named '{name}' but for the case of letters; take an undamaged copy.")
            : entries.FirstOrDefault();
    }

    private static string Slashes(string path) => path.Replace('\\', '/');
}
