using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>
/// The C# of a page, compiled as readers copy it. Its fences are one program, in their order. A fence that begins with using directives, or
/// declares <c>ml</c>, begins another; the usings shown last apply. Fences with a namespace are files of the library.
/// </summary>
internal static partial class SnippetPage
{
    // That of the .NET 8 SDK.
    private static readonly CSharpParseOptions s_language = new(LanguageVersion.CSharp12);

    // What projects of the SDK have by themselves.
    private static readonly SyntaxTree s_implicitUsings = CSharpSyntaxTree.ParseText(
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """, s_language);

    private static readonly CSharpCompilation s_program = CSharpCompilation.Create("Snippets", [s_implicitUsings], References(),
        new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

    // By the name of a friend, since files of the library use what is internal.
    private static readonly CSharpCompilation s_library = s_program.WithAssemblyName("Microsoft.ML.Extensions.Sequence.Tests")
        .WithOptions(s_program.Options.WithOutputKind(OutputKind.DynamicallyLinkedLibrary));

    public static int CountFences(string text) => Fence().Count(text.ReplaceLineEndings("\n"));

    /// <summary>Errors and warnings, each with page, line and the compiler's message.</summary>
    public static IEnumerable<string> Errors(string page, string text)
    {
        var (programs, files) = Read(page, text);
        return programs.Append(s_library.AddSyntaxTrees(files)).SelectMany(compilation => compilation.GetDiagnostics())
            .Where(message => message.Severity >= DiagnosticSeverity.Warning).OrderBy(Line).Select(Show).Distinct();
    }

    public static int CountPrograms(string text) => Read("", text).Programs.Length;

    /// <summary>The page's programs, in their order, as an assembly each.</summary>
    public static byte[][] Assemblies(string page, string text) => [.. Read(page, text).Programs.Select(program =>
    {
        using var assembly = new MemoryStream();
        var result = program.Emit(assembly, options: new(debugInformationFormat: DebugInformationFormat.Embedded));
        return result.Success ? assembly.ToArray() : throw new InvalidOperationException(string.Join('\n', result.Diagnostics));
    })];

    private static (CSharpCompilation[] Programs, List<SyntaxTree> Files) Read(string page, string text)
    {
        text = text.ReplaceLineEndings("\n");
        List<SyntaxTree> files = [];
        List<SnippetProgram> programs = [];
        foreach (Match fence in Fence().Matches(text))
        {
            var code = fence.Groups["code"];
            var line = text.AsSpan(0, code.Index).Count('\n') + 1;
            var root = CSharpSyntaxTree.ParseText(code.Value, s_language).GetCompilationUnitRoot();
            if (root.Members.Any(member => member is BaseNamespaceDeclarationSyntax))
            {
                files.Add(CSharpSyntaxTree.ParseText($"#line {line} \"{page}\"\n{code.Value}", s_language));
                continue;
            }
            if (programs.Count == 0 || root.Usings.Count > 0 || DeclaresContext(root))
            {
                programs.Add(new(page, programs.LastOrDefault()?.Usings ?? ""));
            }
            programs[^1].Add(root, code.Value, line);
        }
        return ([.. programs.Select(program => s_program.AddSyntaxTrees(
            CSharpSyntaxTree.ParseText(program.Text, s_language, encoding: Encoding.UTF8)))], files);
    }

    private static bool DeclaresContext(CompilationUnitSyntax root) =>
        root.Members.OfType<GlobalStatementSyntax>().Select(member => member.Statement).OfType<LocalDeclarationStatementSyntax>()
            .Any(statement => statement.Declaration.Variables.Any(variable => variable.Identifier.Text == "ml"));

    private static string Show(Diagnostic message) =>
        $"{message.Location.GetMappedLineSpan().Path}:{Line(message)}: {message.Id}: {message.GetMessage(CultureInfo.InvariantCulture)}";

    private static int Line(Diagnostic message) => message.Location.GetMappedLineSpan().StartLinePosition.Line + 1;

    private static IEnumerable<MetadataReference> References()
    {
        var runtime = new DirectoryInfo(Path.GetDirectoryName(typeof(object).Assembly.Location)!);
        var web = runtime.Parent!.Parent!.GetDirectories($"Microsoft.AspNetCore.App/{Environment.Version.Major}.*")
            .MaxBy(folder => Version.TryParse(folder.Name, out var version) ? version : new Version())
            ?? throw new InvalidOperationException($"ASP.NET Core, which a page uses, is not installed beside {runtime.FullName}.");
        var own = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        return own.Concat(Directory.GetFiles(web.FullName, "*.dll"))
            .DistinctBy(Path.GetFileName).Select(path => MetadataReference.CreateFromFile(path));
    }

    [GeneratedRegex(
        @"^( *)```(?:csharp|cs|c#)[^\n]*\n(?<code>.*?)(?:^\1```|\z)",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Fence();
}
