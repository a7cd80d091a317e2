using System.Xml.Linq;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>What the XML documentation of a package, as it is shipped, says about a member.</summary>
/// <param name="Name">The member, as the compiler names it: <c>M:Microsoft.ML.XCatalog.X(...)</c>.</param>
/// <param name="Text">Its documentation.</param>
internal sealed record MemberDocument(string Name, XElement Text)
{
    private static readonly Lazy<ILookup<string, MemberDocument>> s_all = new(() =>
        PackAssemblies.All.SelectMany(assembly => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member"))
            .Select(member => new MemberDocument((string)member.Attribute("name")!, member))
            .ToLookup(member => WithoutArguments(member.Name), StringComparer.Ordinal));

    /// <summary>The C# of its examples.</summary>
    public IEnumerable<string> Examples => Text.Elements("example").Elements("code").Select(code => code.Value);

    /// <summary>The examples that the site and editors show: its own, and those of the members that <c>inheritdoc</c> names, which the file has unexpanded.</summary>
    public IEnumerable<string> ShownExamples => Examples.Concat(
        from inherited in Text.Elements("inheritdoc")
        where (string?)inherited.Attribute("path") == "/example"
        from example in Named((string)inherited.Attribute("cref")!).Examples
        select example);

    /// <summary>The pages that it leads to, as paths in the repository.</summary>
    public IEnumerable<string> Pages => Text.Elements("seealso").Where(link => link.Attribute("href") is not null).Select(link => link.Value);

    /// <summary>Where its links lead to on the site, whose API pages are a folder beside <c>docs</c>.</summary>
    public IEnumerable<string> Links => Text.Elements("seealso").Attributes("href").Select(link => link.Value);

    /// <summary>The rows of the table in its remarks.</summary>
    public IReadOnlyDictionary<string, string> Table =>
        Text.Elements("remarks").Elements("list").First(list => (string?)list.Attribute("type") == "table").Elements("item")
            .ToDictionary(item => item.Element("term")!.Value, item => item.Element("description")!.Value, StringComparer.Ordinal);

    /// <summary>All overloads of a method.</summary>
    public static MemberDocument[] Of(Type type, string method) => [.. s_all.Value[$"M:{type.FullName}.{method}"]];

    public static MemberDocument Of(Type type) => Named($"T:{type.FullName}");

    private static MemberDocument Named(string name) => s_all.Value[WithoutArguments(name)].Single(member => member.Name == name);

    private static string WithoutArguments(string name) => name.Split('(', '`')[0];
}
