namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>The C# on the pages of the documentation compiles as it is shown.</summary>
[TestClass]
public sealed class SnippetTests
{
    [TestMethod]
    public void Pages_Compile()
    {
        var root = PackAssemblies.Root();
        var texts = Directory.GetFiles(Path.Combine(root, "docs"), "*.md").Append(Path.Combine(root, "README.md"))
            .Concat(Directory.GetDirectories(Path.Combine(root, "src")).Select(package => Path.Combine(package, "README.md"))).Order()
            .ToDictionary(path => Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllText);
        Assert.IsGreaterThan(50, texts.Values.Sum(SnippetPage.CountFences));
        Assert.AreEqual("", string.Join('\n', texts.SelectMany(page => SnippetPage.Errors(page.Key, page.Value))));
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
}
