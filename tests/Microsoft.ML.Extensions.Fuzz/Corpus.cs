using System.Security.Cryptography;

namespace Microsoft.ML.Extensions.Fuzz;

/// <summary>Files kept: the models to begin with, and what was found, which is tried again before anything new.</summary>
internal sealed class Corpus(string folder)
{
    private const char Separator = '~';

    /// <summary>The corpus beside the program.</summary>
    public static Corpus Shipped { get; } = new(Path.Combine(AppContext.BaseDirectory, "corpus"));

    /// <summary>The corpus of the repository where this is its root, and that beside the program elsewhere.</summary>
    public static string InRepository =>
        Directory.Exists("tests/Microsoft.ML.Extensions.Fuzz/corpus") ? "tests/Microsoft.ML.Extensions.Fuzz/corpus" : Shipped.Folder;

    public string Folder => folder;

    /// <summary>A file that a kind begins with.</summary>
    public static string Seed(string name) => Path.Combine(Shipped.Folder, "seeds", name);

    /// <summary>What was found of a kind, oldest name first, with the name of the seed that it comes of.</summary>
    public IReadOnlyList<(string Seed, string Path)> Found(string kind) =>
        Directory.Exists(Path.Combine(folder, kind))
            ? [.. Directory.GetFiles(Path.Combine(folder, kind)).Order(StringComparer.Ordinal)
                .Select(path => (Path.GetFileName(path).Split(Separator)[0], path))]
            : [];

    /// <summary>Keeps an input.</summary>
    /// <returns>Its path.</returns>
    public string Keep(string kind, string seed, byte[] file)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, kind)).FullName,
            $"{seed}{Separator}{Convert.ToHexString(SHA256.HashData(file))[..12].ToLowerInvariant()}");
        File.WriteAllBytes(path, file);
        return path;
    }
}
