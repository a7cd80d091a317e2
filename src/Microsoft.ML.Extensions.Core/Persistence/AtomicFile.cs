namespace Microsoft.ML.Extensions.Persistence;

/// <summary>Writes a file whole or not at all: a process killed at any moment leaves the old file or the new one.</summary>
internal static class AtomicFile
{
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var full = Path.GetFullPath(path);
        var temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            WriteToDisk(temporary, bytes);
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Discard(temporary);
            throw Explain(e, full);
        }
    }

    private static void WriteToDisk(string path, ReadOnlySpan<byte> bytes)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report.
        }
    }

    private static Exception Explain(Exception e, string path)
    {
        var message = $"'{Path.GetFileName(path)}' cannot be written in the folder '{Path.GetDirectoryName(path)}': {e.Message} "
            + "Create the folder, make it writable, or name another.";
        return e is UnauthorizedAccessException ? new UnauthorizedAccessException(message, e) : new IOException(message, e);
    }
}
