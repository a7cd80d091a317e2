using Mono.Cecil;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Which of Core's internal types each package uses: the border between them, which only a file that lists it may widen.</summary>
internal static class PackageBorder
{
    private const string Core = "Microsoft.ML.Extensions.Core";

    /// <summary>A line a type, with the packages that use it, in order.</summary>
    /// <param name="folder">Where the assemblies are.</param>
    /// <param name="packages">The names of the packages.</param>
    public static IEnumerable<string> Lines(string folder, IEnumerable<string> packages)
    {
        using var core = ModuleDefinition.ReadModule(Path.Combine(folder, $"{Core}.dll"));
        var hidden = core.Types.Where(type => !type.IsPublic).Select(type => FolderGraph.Plain(type.Name)).ToHashSet();
        return [.. packages.Where(name => name != Core)
            .SelectMany(package => FolderGraph.TypesUsed(Path.Combine(folder, $"{package}.dll"), Core).SelectMany(uses => uses).Distinct()
                .Where(hidden.Contains).Select(type => (Type: type, Package: package.Split('.')[^1])))
            .GroupBy(use => use.Type, use => use.Package)
            .Select(uses => $"{uses.Key}: {string.Join(", ", uses.Order(StringComparer.Ordinal))}")
            .Order(StringComparer.Ordinal)];
    }
}
