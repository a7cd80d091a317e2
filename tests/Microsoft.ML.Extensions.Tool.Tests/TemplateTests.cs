using System.Text.Json;
using System.Xml.Linq;

namespace Microsoft.ML.Extensions.Tool.Tests;

/// <summary>The templates of `dotnet new`: their code compiles, their options replace something, their versions are the repository's. eng/templates.sh runs them.</summary>
[TestClass]
public sealed class TemplateTests
{
    public static IEnumerable<string> Names => ["mlx-classification", "mlx-forecasting", "mlx-webapi"];

    private static string Repository { get; } = Up(AppContext.BaseDirectory);

    private static string Templates => Path.Combine(Repository, "templates", "Microsoft.ML.Extensions.Templates");

    [TestMethod]
    public void Folder_HasTheTemplates_AndThePagesNameThem()
    {
        CollectionAssert.AreEquivalent(Names.ToArray(), Directory.GetDirectories(Templates, "mlx-*").Select(Path.GetFileName).ToArray());
        foreach (var page in new[] { Path.Combine(Templates, "README.md"), Path.Combine(Repository, "docs", "Templates.md") })
        {
            var text = File.ReadAllText(page);
            foreach (var name in Names)
            {
                Assert.Contains($"| `{name}` |", text, page);
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Code_Compiles(string name)
    {
        using var image = Compilation.Of(Path.Combine(Templates, name), isWeb: name == "mlx-webapi");
        Assert.IsGreaterThan(0, image.Length);
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Versions_AreThoseOfTheRepository(string name)
    {
        var central = XDocument.Load(Path.Combine(Repository, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        var own = XDocument.Load(Path.Combine(Repository, "eng", "Package.targets")).Descendants("Version").Single().Value;
        var references = XDocument.Load(Directory.GetFiles(Path.Combine(Templates, name), "*.csproj").Single()).Descendants("PackageReference").ToList();
        Assert.IsNotEmpty(references);
        foreach (var reference in references)
        {
            var package = reference.Attribute("Include")!.Value;
            var expected = package.StartsWith("Microsoft.ML.Extensions.", StringComparison.Ordinal) ? own : central[package];
            Assert.AreEqual(expected, reference.Attribute("Version")!.Value, package);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Options_ReplaceSomething(string name)
    {
        var folder = Path.Combine(Templates, name);
        using var template = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, ".template.config", "template.json")));
        Assert.AreEqual(name, template.RootElement.GetProperty("shortName").GetString());
        var files = string.Concat(Directory.GetFiles(folder, "*.cs*").Select(File.ReadAllText));
        Assert.Contains(template.RootElement.GetProperty("sourceName").GetString()!, files);
        foreach (var symbol in template.RootElement.GetProperty("symbols").EnumerateObject())
        {
            if (symbol.Value.TryGetProperty("replaces", out var text))
            {
                Assert.Contains(text.GetString()!, files, symbol.Name);
            }
        }
    }

    // What a user may name is a trainer of the pack.
    [TestMethod]
    [DataRow("mlx-classification")]
    [DataRow("mlx-webapi")]
    public void Trainers_AreThoseOfTheTool(string name)
    {
        using var template = JsonDocument.Parse(File.ReadAllText(Path.Combine(Templates, name, ".template.config", "template.json")));
        var choices = template.RootElement.GetProperty("symbols").GetProperty("trainer").GetProperty("choices").EnumerateArray()
            .Select(choice => choice.GetProperty("choice").GetString()).ToArray();
        CollectionAssert.IsSubsetOf(choices, TrainerList.All.Select(entry => entry.Name).ToArray());
    }

    private static string Up(string folder) => File.Exists(Path.Combine(folder, "Microsoft.ML.Extensions.slnx")) ? folder : Up(Path.GetDirectoryName(folder.TrimEnd('/', '\\'))!);
}
