namespace Microsoft.ML.Extensions.Tests;

/// <summary>The folder of real data beside the repository, or the one named by MLX_DATA.</summary>
public static class SharedData
{
    /// <summary>The path of a file of the data folder, or null where it is not there.</summary>
    public static string? Find(string relative)
    {
        foreach (var root in Roots())
        {
            var path = Path.Combine(root, relative);
            if (File.Exists(path))
            {
                return path;
            }
        }
        return null;
    }

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("MLX_DATA") is { Length: > 0 } named)
        {
            yield return named;
        }
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "shared", "data");
        }
    }
}
