using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Microsoft.ML.Extensions.Tool.Tests;

/// <summary>Compiles the C# of a folder as `dotnet build` would, against what this test runs on.</summary>
internal static class Compilation
{
    private static readonly string[] s_usings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
    ];

    private static readonly string[] s_webUsings =
    [
        "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing", "Microsoft.Extensions.Configuration",
        "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging", "System.Net.Http.Json",
    ];

    /// <summary>The assembly; neither errors nor warnings are allowed.</summary>
    public static MemoryStream Of(string folder, bool isWeb = false)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !path.EndsWith("mlx.dll", StringComparison.Ordinal) && !path.EndsWith("Tool.Tests.dll", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        var usings = s_usings.Concat(isWeb ? s_webUsings : []).Select(name => $"global using {name};");
        var trees = Directory.GetFiles(folder, "*.cs").Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: Path.GetFileName(file)))
            .Append(CSharpSyntaxTree.ParseText(string.Join('\n', usings)));
        var compilation = CSharpCompilation.Create("Generated" + Path.GetRandomFileName(), trees, references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.AreEqual("", string.Join('\n', result.Diagnostics.Where(found => found.Severity >= DiagnosticSeverity.Warning)));
        image.Position = 0;
        return image;
    }
}
