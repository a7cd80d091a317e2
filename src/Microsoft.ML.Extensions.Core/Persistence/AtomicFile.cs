namespace Microsoft.ML.Extensions.Persistence;

/// <summary>Writes a file completely or not at all: a process killed at any moment leaves the old file or the new one.</summary>
/// <remarks>The next process that writes the file removes temporary files of a killed one.</remarks>
internal static class AtomicFile
{
    private const string Ending = ".tmp";
    private const int Attempts = 16;

    // Locks out other writers while the file is written, and allows it to be moved and deleted.
    private static readonly FileShare Alone = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var content = bytes.ToArray();
        Write(path, stream => stream.Write(content));
    }

    /// <summary>Writes a file by a function; where it throws, the old file stays.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var full = Target(path);
        try
        {
            Sweep(full);
            WriteAndMove(full, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Explain(e, full);
        }
    }

    // Moved while it is open, so that no other process takes it for the file of a killed one.
    private static void WriteAndMove(string path, Action<Stream> write)
    {
        using var stream = Create(path, Attempts);
        try
        {
            write(stream);
            stream.Flush(flushToDisk: true);
            File.Move(stream.Name, path, overwrite: true);
        }
        catch
        {
            Discard(stream.Name);
            throw;
        }
    }

    // Between creation and lock another process may remove the file: then it is locked by the other process, or gone.
    private static FileStream Create(string path, int attempts)
    {
        try
        {
            var stream = new FileStream($"{path}.{Guid.NewGuid():N}{Ending}", FileMode.CreateNew, FileAccess.ReadWrite, Alone);
            if (File.Exists(stream.Name))
            {
                return stream;
            }
            stream.Dispose();
            throw new IOException($"'{stream.Name}' was removed by another process.");
        }
        catch (IOException) when (attempts > 1)
        {
            return Create(path, attempts - 1);
        }
    }

    // A link stays a link: its target is replaced.
    private static string Target(string path)
    {
        var full = Path.GetFullPath(path);
        return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
    }

    // A file that a living process writes is locked.
    private static void Sweep(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            return;
        }
        foreach (var left in Directory.EnumerateFiles(folder, $"{Path.GetFileName(path)}.*{Ending}").Where(file => IsOurs(file, path)))
        {
            try
            {
                using var locked = new FileStream(left, FileMode.Open, FileAccess.ReadWrite, Alone);
                File.Delete(left);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process writes it, or it may not be removed; the file to be written does not depend on it.
            }
        }
    }

    private static bool IsOurs(string file, string path) =>
        Guid.TryParseExact(Path.GetFileName(file)[(Path.GetFileName(path).Length + 1)..^Ending.Length], "N", out _);

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
