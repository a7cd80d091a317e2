namespace Microsoft.ML.Extensions.Mutations;

/// <summary>A copy of the repository in which code may be broken: the user's files are only read.</summary>
/// <param name="root">The repository.</param>
/// <param name="folder">The copy.</param>
internal sealed class WorkingCopy(string root, string folder)
{
    private static readonly string[] BuildFast =
    [
        "-v", "q", "-nologo", "-p:TreatWarningsAsErrors=false", "-p:EnforceCodeStyleInBuild=false", "-p:RunAnalyzers=false",
        "-p:GenerateDocumentationFile=false",
    ];

    // Beside the copy there is no ../shared.
    private readonly string _data =
        Environment.GetEnvironmentVariable("MLX_DATA") ?? Path.GetFullPath(Path.Combine(root, "../shared/data"));

    private readonly Dictionary<string, Compiler> _compilers = [];

    /// <summary>Makes the copy equal to the repository; what was built there stays.</summary>
    public void Update()
    {
        var files = Shell.Run("git", ["ls-files", "-co", "--exclude-standard", "-z"], root).Output
            .Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Path.Combine(root, file))).ToHashSet();
        foreach (var file in files)
        {
            Write(file, File.ReadAllBytes(Path.Combine(root, file)));
        }
        foreach (var path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            var file = Path.GetRelativePath(folder, path);
            if (!files.Contains(file) && !file.Split('/', '\\').Intersect(["bin", "obj"]).Any())
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Builds a test project and all that it needs.</summary>
    /// <exception cref="InvalidOperationException">It does not build.</exception>
    public void BuildTests(string project) => Build([$"tests/{project}", .. BuildFast]);

    /// <summary>What a mutation does, done, tried and undone.</summary>
    /// <returns>How the tests ended; null where the broken code does not compile.</returns>
    public Outcome? Try(Mutation mutation, TimeSpan limit)
    {
        var original = File.ReadAllText(Path.Combine(folder, mutation.File));
        var tested = Path.Combine(folder, Output(mutation.Tests.ProjectName), mutation.Library);
        var working = File.ReadAllBytes(tested);
        try
        {
            File.WriteAllText(Path.Combine(folder, mutation.File), mutation.Apply(original));
            // Output folders share files by hard links: a new file leaves the others as they are.
            File.Delete(tested);
            var compiled = CompilerOf(mutation.Folder).Run(tested);
            if (compiled.ExitCode != 0)
            {
                Console.Error.WriteLine(compiled.Output);
                return null;
            }
            return Run(mutation.Tests, limit);
        }
        finally
        {
            File.WriteAllText(Path.Combine(folder, mutation.File), original);
            File.Delete(tested);
            File.WriteAllBytes(tested, working);
        }
    }

    private Compiler CompilerOf(string package)
    {
        if (!_compilers.TryGetValue(package, out var compiler))
        {
            _compilers[package] = compiler = new Compiler(Path.Combine(folder, package));
        }
        return compiler;
    }

    /// <summary>Runs tests as they were built.</summary>
    public Outcome Run(TestSelection tests, TimeSpan limit) => Shell.Run(
        Path.Combine(folder, Output(tests.ProjectName), tests.ProjectName),
        ["--filter", tests.Filter, "--no-ansi", "--progress", "off"], folder, limit,
        new Dictionary<string, string> { ["MLX_TRAINER"] = tests.Trainer, ["MLX_DATA"] = _data });

    private static string Output(string project) => $"tests/{project}/bin/Debug/net10.0";

    private void Build(string[] arguments)
    {
        var build = Shell.Run("dotnet", ["build", .. arguments], folder);
        if (build.ExitCode != 0)
        {
            throw new InvalidOperationException($"'dotnet build {arguments[0]}' failed:\n{build.Output}");
        }
    }

    // Only what has changed, so that little is built again; with the time of now, so that it is.
    private void Write(string file, byte[] content)
    {
        var path = Path.Combine(folder, file);
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
        {
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
