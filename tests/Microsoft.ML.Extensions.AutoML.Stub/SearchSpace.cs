using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.SearchSpace;

/// <summary>Options by name. AutoML also adds those that attributes name.</summary>
public class SearchSpace : OptionBase
{
    private readonly Dictionary<string, OptionBase> _options = [];

    public ICollection<string> Keys => _options.Keys;

    public OptionBase this[string key]
    {
        get => _options[key];
        set => _options[key] = value;
    }

    public bool Remove(string key) => _options.Remove(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out OptionBase value) => _options.TryGetValue(key, out value);
}

public sealed class SearchSpace<T> : SearchSpace
    where T : class, new()
{
}
