using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Samples.Tests;

/// <summary>The C# on the pages of the documentation compiles and runs as it is shown.</summary>
[TestClass]
public sealed class SnippetTests
{
    // AutoML's package is not needed to build this repository: its pages compile against a stub. The other two take minutes: they fit dozens of networks.
    private static readonly string[] s_compiledOnly =
        ["docs/AutoML.md", "docs/Compression.md", "docs/ExplainAndTrust.md", "src/Microsoft.ML.Extensions.AutoML/README.md"];

    private static readonly Dictionary<string, string> s_pages = Pages();

    public static IEnumerable<string> WithPrograms => s_pages.Where(page => SnippetPage.CountPrograms(page.Value) > 0)
        .Select(page => page.Key).Except(s_compiledOnly);

    [TestMethod]
    public void Pages_Compile()
    {
        Assert.IsGreaterThan(50, s_pages.Values.Sum(SnippetPage.CountFences));
        Assert.AreEqual("", string.Join('\n', s_pages.SelectMany(page => SnippetPage.Errors(page.Key, page.Value))));
        Assert.IsEmpty(s_compiledOnly.Except(s_pages.Keys));
    }

    /// <summary>In one folder, in their order, as the page has them; with the files that a reader is told to have.</summary>
    [TestMethod]
    [DynamicData(nameof(WithPrograms))]
    public void Programs_Run(string page)
    {
        var folder = Directory.CreateTempSubdirectory("snippets").FullName;
        try
        {
            SnippetFiles.Write(folder, page, s_pages[page]);
            foreach (var program in SnippetPage.Assemblies(page, s_pages[page]))
            {
                using var server = new SnippetServer();
                var run = ChildProcess.RunCompiled(program, folder, server.Serve, ("ASPNETCORE_URLS", server.Address));
                Assert.IsTrue(run.ExitCode == 0 || server.HasServed, run.Errors);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Error_HasPageLineAndMessage()
    {
        var errors = SnippetPage.Errors("page.md", """
            # Page

            ```csharp
            using System.Text;

            Console.WriteLine(new Row().Text);
            var text = new StringBuilder();

            class Row
            {
                public string Text { get; set; }
            }
            ```

            Then:

            ```csharp
            text.Apend(1);
            ```
            """).ToArray();
        Assert.HasCount(2, errors);
        Assert.StartsWith("page.md:11: CS8618: Non-nullable property 'Text'", errors[0]);
        Assert.StartsWith("page.md:18: CS1061: 'StringBuilder' does not contain a definition for 'Apend'", errors[1]);
    }

    [TestMethod]
    public void Language_IsThatOfTheOldestSdk()
    {
        var error = SnippetPage.Errors("page.md", """
            ```csharp
            using Microsoft.ML;

            var windows = new MLContext().Transforms.Sequences;
            ```
            """).Single();
        Assert.StartsWith("page.md:4: CS1061: 'TransformsCatalog' does not contain a definition for 'Sequences'", error);
    }

    private static Dictionary<string, string> Pages()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Microsoft.ML.Extensions.slnx")))
        {
            root = root.Parent!;
        }
        return Directory.GetFiles(Path.Combine(root.FullName, "docs"), "*.md").Append(Path.Combine(root.FullName, "README.md"))
            .Concat(Directory.GetDirectories(Path.Combine(root.FullName, "src")).Select(package => Path.Combine(package, "README.md"))).Order()
            .ToDictionary(path => Path.GetRelativePath(root.FullName, path).Replace('\\', '/'), File.ReadAllText);
    }
}
