using System.Text.RegularExpressions;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>The pages of the documentation, as files of the repository.</summary>
[TestClass]
public sealed partial class DocumentTests
{
    private static readonly string s_root = PackAssemblies.Root();

    [TestMethod]
    public void Links_LeadToPagesAndHeadings()
    {
        var pages = Directory.GetFiles(s_root, "*.md").Concat(Directory.GetFiles(Path.Combine(s_root, "docs"), "*.md")).ToArray();
        Assert.IsGreaterThan(20, pages.Length);
        string[] broken =
        [
            .. from page in pages
               from Match link in Link().Matches(File.ReadAllText(page))
               let target = link.Groups[1].Value
               where !target.Contains("://", StringComparison.Ordinal) && !Leads(page, target)
               select $"{Path.GetFileName(page)}: {target}",
        ];
        Assert.AreEqual("", string.Join('\n', broken));
    }

    // Of the root: packing makes them absolute, or says that they are in the repository.
    [TestMethod]
    public void LinksOfPackages_LeadToPagesOfTheRepository()
    {
        foreach (var package in Directory.GetDirectories(Path.Combine(s_root, "src")))
        {
            var readme = File.ReadAllText(Path.Combine(package, "README.md"));
            StringAssert.StartsWith(readme, $"# {Path.GetFileName(package)}\n");
            string[] links = [.. Link().Matches(readme).Select(link => link.Groups[1].Value)];
            Assert.IsGreaterThan(2, links.Length, package);
            foreach (var link in links)
            {
                Assert.IsTrue(link.StartsWith("docs/", StringComparison.Ordinal) && Leads(Path.Combine(s_root, "README.md"), link), $"{package}: {link}");
            }
        }
    }

    private static bool Leads(string page, string target)
    {
        var parts = target.Split('#', 2);
        var file = parts[0].Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, parts[0]));
        return parts.Length == 1 || !file.EndsWith(".md", StringComparison.Ordinal) ? Path.Exists(file)
            : File.Exists(file) && Heading().Matches(File.ReadAllText(file)).Any(heading => Anchor(heading.Groups[1].Value) == parts[1]);
    }

    // As GitHub names headings.
    private static string Anchor(string heading) =>
        Removed().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Removed();
}
