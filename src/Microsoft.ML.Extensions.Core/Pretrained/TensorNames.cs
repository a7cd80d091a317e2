namespace Microsoft.ML.Extensions.Pretrained;

/// <summary>Parts of tensor names that wrappers add.</summary>
internal static class TensorNames
{
    // torch.compile, fully sharded training and checkpointing add these anywhere; DataParallel adds a prefix.
    private static readonly string[] Wrappers = ["_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"];
    private const string Front = "module";

    /// <summary>The name without these parts.</summary>
    public static string Unwrapped(string name)
    {
        var parts = name.Split('.');
        var first = Array.FindIndex(parts, part => part != Front && !Wrappers.Contains(part));
        return first <= 0 && !parts.Intersect(Wrappers).Any()
            ? name
            : string.Join('.', parts.Skip(Math.Max(first, 0)).Where(part => !Wrappers.Contains(part)));
    }

    /// <summary>The prefix of a tensor that every file of a layout has exactly once; null where there is no prefix, or several.</summary>
    public static string? Before(IEnumerable<string> names, string tensor)
    {
        var found = names.Where(name => name == tensor || name.EndsWith("." + tensor, StringComparison.Ordinal)).Take(2).ToArray();
        return found is [var only] ? only[..^tensor.Length] : null;
    }
}
