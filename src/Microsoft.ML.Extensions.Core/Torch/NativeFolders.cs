using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Microsoft.ML.Extensions.Torch;

/// <summary>Where the native libraries of an application or of a plug-in may lie.</summary>
internal static class NativeFolders
{
    /// <summary>
    /// The folders in the order of the runtime's search: the application's search path and folders, but first the assembly's own for a
    /// plug-in.
    /// </summary>
    public static IReadOnlyList<string> Of(Assembly assembly) =>
        AssemblyLoadContext.GetLoadContext(assembly) == AssemblyLoadContext.Default
            ? [.. OfApplication(), .. Beside(assembly)]
            : [.. Beside(assembly), .. OfApplication()];

    /// <summary>The path of a file in the first folder that has it, or null.</summary>
    public static string? Find(string file, IEnumerable<string> folders) =>
        folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> OfApplication()
    {
        var search = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return [.. search.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), .. Under(AppContext.BaseDirectory)];
    }

    /// <summary>Empty for an assembly that was loaded from memory or from a single file.</summary>
    private static IEnumerable<string> Beside(Assembly assembly) =>
        Path.GetDirectoryName(assembly.Location) is { Length: > 0 } folder ? Under(folder) : [];

    private static IEnumerable<string> Under(string folder)
    {
        var rid = $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        return [Path.Combine(folder, "runtimes", rid, "native"), folder];
    }
}
