using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Networks;

/// <summary>The modules that a module is made of.</summary>
internal static class ModuleTree
{
    /// <summary>Those of one kind, the module itself too, each after those around it.</summary>
    /// <param name="module">The outermost.</param>
    /// <param name="prefix">What the names of its parameters begin with.</param>
    /// <returns>Each with what the names of its parameters begin with, such as <c>blocks.0.</c></returns>
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
