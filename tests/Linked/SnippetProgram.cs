using System.Text;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Microsoft.ML.Extensions.Tests;

/// <summary>Fences of a page as one program: usings, then all statements, then all types, each with its line of the page.</summary>
internal sealed class SnippetProgram(string page, string usings)
{
    private readonly StringBuilder _statements = new(), _types = new();

    public string Usings { get; private set; } = usings;

    public string Text => $"{Usings}{_statements}{_types}";

    public void Add(CompilationUnitSyntax root, string code, int line)
    {
        var statements = root.Usings.Count == 0 ? 0 : root.Usings[^1].FullSpan.End;
        var types = root.Members.FirstOrDefault(member => member is not GlobalStatementSyntax)?.FullSpan.Start ?? code.Length;
        if (statements > 0)
        {
            Usings = Part(code, 0, statements, line);
        }
        _statements.Append(Part(code, statements, types, line));
        _types.Append(Part(code, types, code.Length, line));
    }

    private string Part(string code, int from, int to, int line) =>
        $"#line {line + code.AsSpan(0, from).Count('\n')} \"{page}\"\n{code[from..to]}\n";
}
