using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The modules that a module is made of.</summary>
internal static class ModuleTree
{
    /// <summary>The modules of one type, the module itself included, parents before children.</summary>
    /// <param name="module">The root.</param>
    /// <param name="prefix">The prefix of its parameters' names.</param>
    /// <returns>Each module with the prefix of its parameters' names, such as <c>blocks.0.</c></returns>
    public static IEnumerable<(string Prefix, T Part)> Parts<T>(nn.Module module, string prefix = "")
        where T : class
    {
        if (module is T part)
        {
            yield return (prefix, part);
        }
        foreach (var (name, child) in module.named_children())
        {
            foreach (var found in Parts<T>(child, $"{prefix}{name}."))
            {
                yield return found;
            }
        }
    }
}
