using System.Text.Json;

namespace Microsoft.ML.Extensions.Mutations;

/// <summary>Compiles a package as its project says, without the build around it: some seconds less for each mutation.</summary>
internal sealed class Compiler
{
    // What else the compiler would write; warnings are none of these tests' business.
    private static readonly string[] LeftOut = ["/out:", "/refout:", "/doc:", "/pdb:", "/debug", "/warnaserror"];

    private readonly string _compiler;
    private readonly string[] _arguments;
    private readonly string _folder;

    /// <param name="folder">The package's folder. What it refers to was built before.</param>
    /// <exception cref="InvalidOperationException">The project does not tell how it is compiled.</exception>
    public Compiler(string folder)
    {
        string[] ask =
        [
            "build", "-f", "net10.0", "--no-restore", "--no-dependencies", "-t:Compile", "-p:ProvideCommandLineArgs=true",
            "-p:SkipCompilerExecution=true", "-p:RunAnalyzers=false", "-getItem:CscCommandLineArgs", "-getProperty:RoslynTargetsPath",
        ];
        var told = Shell.Run("dotnet", ask, folder);
        if (told.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{folder}' does not tell how it is compiled:\n{told.Output}");
        }
        using var json = JsonDocument.Parse(told.Output);
        _folder = folder;
        var (properties, items) = (json.RootElement.GetProperty("Properties"), json.RootElement.GetProperty("Items"));
        _compiler = Path.Combine(properties.GetProperty("RoslynTargetsPath").GetString()!, "bincore/csc.dll");
        _arguments = [.. items.GetProperty("CscCommandLineArgs").EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString()!)
            .Where(argument => !LeftOut.Any(start => argument.StartsWith(start, StringComparison.Ordinal)))];
    }

    /// <summary>Compiles to a file, by a compiler that stays for the next ones and ends by itself.</summary>
    public Outcome Run(string output) =>
        Shell.Run("dotnet", [_compiler, "/shared", "/keepalive:60", .. _arguments, $"/out:{output}"], _folder);
}
