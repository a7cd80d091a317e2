using System.Globalization;

namespace Microsoft.ML.Extensions.Tool.Tests;

/// <summary>A folder for the files of a test, and the tool run in this process.</summary>
internal sealed class ToolFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mlx-").FullName;

    public string Of(string file) => System.IO.Path.Combine(Path, file);

    public string Write(string file, string text)
    {
        File.WriteAllText(Of(file), text);
        return Of(file);
    }

    public string WriteLines(string file, IEnumerable<string> lines) => Write(file, string.Join('\n', lines) + "\n");

    /// <summary>Runs the tool to its end.</summary>
    public static (int Code, string Output, string Errors) Run(params string[] args)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var errors = new StringWriter(CultureInfo.InvariantCulture);
        var code = CommandLine.Run(args, output, errors, CancellationToken.None);
        return (code, output.ToString(), errors.ToString());
    }

    /// <summary>Runs the tool, which must succeed.</summary>
    public static string Succeed(params string[] args)
    {
        var (code, output, errors) = Run(args);
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual("", errors);
        return output;
    }

    /// <summary>Runs the tool, which must refuse in one line.</summary>
    public static string Fail(params string[] args)
    {
        var (code, output, errors) = Run(args);
        Assert.AreEqual(1, code, output);
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(1, lines, errors);
        return lines[0];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
