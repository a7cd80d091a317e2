using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>The folder that a training writes.</summary>
/// <param name="path">The folder.</param>
/// <param name="name">The name of the model.</param>
internal sealed class ModelFolder(string path, string name)
{
    /// <summary>The name of the report.</summary>
    public const string ReportFile = "report.md";

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>The name of the model's file.</summary>
    public string ModelFile => $"{name}.zip";

    /// <summary>Makes the folder, and checks that nothing is lost.</summary>
    /// <param name="force">Whether files are replaced.</param>
    /// <exception cref="UsageException">It cannot be made, or has files.</exception>
    public void Check(bool force)
    {
        try
        {
            Directory.CreateDirectory(Path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"-o: the folder '{Path}' cannot be made. {error.Message}");
        }
        if (!force && Directory.EnumerateFileSystemEntries(Path).Any())
        {
            throw new UsageException($"The folder '{Path}' has files; take another --name or -o, or replace them with --force.");
        }
    }

    /// <summary>Writes the model, the report and the C#.</summary>
    public void Write(MLContext ml, Trained trained, DataSet train, DataSet test, ReadSettings settings, ModelDescription description, Report report)
    {
        ModelStore.Save(ml, System.IO.Path.Combine(Path, ModelFile), trained.Model, train.View.Schema, description);
        File.WriteAllText(System.IO.Path.Combine(Path, ReportFile), report.Text());
        var (source, testPath) = SourceFile.Of(ml, train, test, settings, System.IO.Path.Combine(Path, name));
        foreach (var (file, text) in new ProjectCode(description, trained, train, source, testPath).Files())
        {
            File.WriteAllText(System.IO.Path.Combine(Path, file), text);
        }
    }
}
