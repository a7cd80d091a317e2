using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>One option of an options class: the properties that lead to it.</summary>
internal sealed record OptionPath(IReadOnlyList<PropertyInfo> Properties)
{
    /// <summary>The names of the properties, joined by dots.</summary>
    public string Name => string.Join('.', Properties.Select(property => property.Name));

    /// <summary>All options of a class that can be written as text, including those of nested classes.</summary>
    public static IEnumerable<OptionPath> All(Type type) => All(type, []);

    /// <exception cref="UsageException">The text is not a valid value of this option.</exception>
    public void Set(object options, string text)
    {
        var target = options;
        foreach (var parent in Properties.SkipLast(1))
        {
            target = Nested(target, parent);
        }
        var property = Properties[^1];
        property.SetValue(target, OptionValue.Parse(Name, property.PropertyType, text, property.GetCustomAttribute<RangeAttribute>()));
    }

    private static IEnumerable<OptionPath> All(Type type, PropertyInfo[] parents)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).ToArray();
        var own = properties.Where(property => OptionValue.IsSupported(property.PropertyType))
            .Select(property => new OptionPath([.. parents, property]));
        var nested = properties.Where(property => IsNested(property.PropertyType) && !parents.Contains(property))
            .SelectMany(property => All(property.PropertyType, [.. parents, property]));
        return own.Concat(nested);
    }

    private static bool IsNested(Type type) =>
        type.IsClass && type.GetConstructor(Type.EmptyTypes) is not null && !typeof(IEnumerable).IsAssignableFrom(type);

    private static object Nested(object target, PropertyInfo property)
    {
        var value = property.GetValue(target) ?? Activator.CreateInstance(property.PropertyType)!;
        property.SetValue(target, value);
        return value;
    }
}
