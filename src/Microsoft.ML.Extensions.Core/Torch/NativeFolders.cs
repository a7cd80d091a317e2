using System.Runtime.InteropServices;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Where the native libraries of an application may lie.</summary>
internal static class NativeFolders
{
    /// <summary>The runtime's own search path first, then the folders of a built and of a published application.</summary>
    public static IReadOnlyList<string> All()
    {
        var search = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        var rid = $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        return
        [
            .. search.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            Path.Combine(AppContext.BaseDirectory, "runtimes", rid, "native"),
            AppContext.BaseDirectory,
        ];
    }

    /// <summary>The first folder's copy of a file, or null.</summary>
    public static string? Find(string file, IEnumerable<string> folders) =>
        folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
}
