using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Microsoft.ML.Extensions.CatalogGenerator;

/// <summary>An argument of a catalog's short method.</summary>
/// <param name="Type">As C# writes it.</param>
/// <param name="Name">The argument.</param>
/// <param name="Default">The default, as C# writes it.</param>
/// <param name="Summary">What it is: content of an XML element.</param>
/// <param name="Property">What it sets in the options, or null where the catalog knows by itself.</param>
internal sealed record Argument(string Type, string Name, string Default, string Summary, string? Property)
{
    /// <summary>
    /// The property of the options that <paramref name="name"/> names, as an argument; null where there is none with a summary.
    /// </summary>
    public static Argument? Of(INamedTypeSymbol options, string name, CancellationToken cancel)
    {
        for (INamedTypeSymbol? type = options; type is not null; type = type.BaseType)
        {
            if (type.GetMembers(name).OfType<IPropertySymbol>().FirstOrDefault() is { } property)
            {
                return SummaryOf(property, cancel) is { } summary
                    ? new Argument(
                        property.Type.ToDisplayString(NullableFlowState.None), char.ToLowerInvariant(name[0])
                            + name.Substring(1), DefaultOf(property, cancel), summary, name)
                    : null;
            }
        }
        return null;
    }

    private static string DefaultOf(IPropertySymbol property, CancellationToken cancel) =>
        property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancel) is PropertyDeclarationSyntax { Initializer.Value: { } value }
            ? value.ToString() : "default";

    // An override without a text of its own has that of what it overrides.
    private static string? SummaryOf(IPropertySymbol property, CancellationToken cancel)
    {
        // A build without documentation reads no comments, and has no use for them.
        if (property.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.Options.DocumentationMode == DocumentationMode.None)
        {
            return "";
        }
        for (IPropertySymbol? at = property; at is not null; at = at.OverriddenProperty)
        {
            var xml = at.GetDocumentationCommentXml(cancellationToken: cancel);
            if (!string.IsNullOrEmpty(xml) && XElement.Parse(xml).Element("summary") is { } summary)
            {
                var lines = string.Concat(summary.Nodes()).Split('\n').Select(line => line.Trim());
                return string.Join(" ", lines.Where(line => line.Length > 0));
            }
        }
        return null;
    }
}
