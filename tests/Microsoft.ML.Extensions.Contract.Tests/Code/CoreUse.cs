namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>
/// Which packages need which files of Core, by what their code uses and by what that uses in turn; Core's own catalogs count as a package.
/// </summary>
internal sealed class CoreUse
{
    private const string Core = "Microsoft.ML.Extensions.Core";

    private readonly Dictionary<string, (int Lines, HashSet<string> Packages)> _files = [];

    /// <param name="folder">Where the assemblies are.</param>
    /// <param name="source">The source of Core.</param>
    /// <param name="packages">The names of the packages.</param>
    public CoreUse(string folder, string source, IEnumerable<string> packages)
    {
        var files = new Dictionary<string, string>();
        foreach (var file in Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(source, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj")))
        {
            _files[file] = (File.ReadLines(file).Count(), []);
            foreach (var name in FolderGraph.Declared(File.ReadAllText(file)))
            {
                files[name] = file;
            }
        }
        var within = FolderGraph.TypesUsed(Path.Combine(folder, $"{Core}.dll"), Core);
        foreach (var package in packages.Where(name => name != Core))
        {
            Mark(package, FolderGraph.TypesUsed(Path.Combine(folder, $"{package}.dll"), Core).SelectMany(uses => uses));
        }
        // What no package needs is there for the user, and so is a catalog, whoever calls it too.
        Mark(Core, files.Where(type => _files[type.Value].Packages.Count == 0 || type.Key.EndsWith("Catalog", StringComparison.Ordinal))
            .Select(type => type.Key).ToArray());
        Source = source;

        void Mark(string user, IEnumerable<string> types)
        {
            var queue = new Queue<string>(types);
            var seen = new HashSet<string>(queue);
            while (queue.TryDequeue(out var type))
            {
                if (files.TryGetValue(type, out var file))
                {
                    _files[file].Packages.Add(user);
                }
                foreach (var next in within[type].Where(seen.Add))
                {
                    queue.Enqueue(next);
                }
            }
        }
    }

    /// <summary>The files that one package alone needs, from Core's folder, with that package and their lines.</summary>
    public IReadOnlyList<(string File, string Package, int Lines)> OfOnePackage =>
        [.. _files.Where(file => file.Value.Packages.Count == 1 && !file.Value.Packages.Contains(Core))
        .Select(file => (Path.GetRelativePath(Source, file.Key), file.Value.Packages.Single(), file.Value.Lines)).Order()];

    /// <summary>The part of Core's lines that they are.</summary>
    public double Share => (double)OfOnePackage.Sum(file => file.Lines) / _files.Values.Sum(file => file.Lines);

    private string Source { get; }
}
