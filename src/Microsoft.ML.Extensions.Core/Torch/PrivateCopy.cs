using System.Security.Cryptography;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Edited copies of libraries in a folder that only this user may enter, each named by its original's SHA-256.</summary>
internal static class PrivateCopy
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The user's cache, or null where the user has no home.</summary>
    public static string? Folder()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length == 0 ? null : Path.Combine(home, "Microsoft.ML.Extensions", "native");
    }

    /// <summary>The path of a file that holds <paramref name="edited"/>, written now unless it is there with exactly these bytes.</summary>
    public static string Place(string folder, byte[] original, byte[] edited)
    {
        CreateOwnerOnly(folder);
        var path = Path.Combine(folder, $"{Convert.ToHexString(SHA256.HashData(original))}.so");
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(edited))
        {
            AtomicFile.Write(path, edited);
        }
        return path;
    }

    private static void CreateOwnerOnly(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }
        Directory.CreateDirectory(folder, OwnerOnly);
        if (File.GetUnixFileMode(folder) != OwnerOnly)
        {
            // Refused by the system where the folder is another user's, who could plant a library in it.
            File.SetUnixFileMode(folder, OwnerOnly);
        }
    }
}
