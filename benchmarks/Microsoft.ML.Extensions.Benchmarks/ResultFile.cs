namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>Committed results: one Markdown file per benchmark, starting with the machine and the date.</summary>
internal static class ResultFile
{
    public static void Write(string name, string report)
    {
        var path = Path.Combine(Repository(), "benchmarks", "results", $"{name}.md");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"# {name}\n\n{Machine.Describe()}, {DateTime.UtcNow:yyyy-MM-dd}.\n\n{report}");
    }

    /// <summary>The repository's root.</summary>
    public static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && folder.GetFiles("*.slnx").Length == 0)
        {
            folder = folder.Parent;
        }
        return folder?.FullName
            ?? throw new DirectoryNotFoundException("The results belong to the repository: run from a folder inside it.");
    }
}
