using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>An option, found at any depth: <c>HiddenSize</c>, <c>Training.LearningRate</c>.</summary>
internal sealed record OptionLeaf(string Path, PropertyInfo[] Chain)
{
    public PropertyInfo Property => Chain[^1];

    /// <summary>The type without <c>?</c>.</summary>
    public Type Type => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    public bool IsNullable => Nullable.GetUnderlyingType(Property.PropertyType) is not null;

    public static IReadOnlyList<OptionLeaf> Of(Type options) => [.. Of(options, [])];

    /// <summary>The value; null, too, where an option around it is null.</summary>
    public object? Get(object options) =>
        Chain.Aggregate((object?)options, (owner, property) => owner is null ? null : property.GetValue(owner));

    /// <summary>Sets the value, of options that are made where they are null.</summary>
    public void Set(object options, object? value) => Property.SetValue(Chain.SkipLast(1).Aggregate(options, Made), value);

    public TAttribute? Find<TAttribute>() where TAttribute : Attribute => Property.GetCustomAttribute<TAttribute>();

    /// <summary>Values beyond the bounds that the option declares.</summary>
    public IEnumerable<object> Outside()
    {
        if (Find<RangeAttribute>() is not { } range)
        {
            yield break;
        }
        yield return Convert.ChangeType(Convert.ToDouble(range.Minimum) - (range.MinimumIsExclusive ? 0 : 1), Type);
        yield return Convert.ChangeType(Convert.ToDouble(range.Maximum) + 1, Type);
        if (Type == typeof(double))
        {
            yield return double.NaN;
        }
    }

    public static bool IsNested(PropertyInfo property) =>
        property.PropertyType is { IsClass: true, IsArray: false } && PackAssemblies.All.Contains(property.PropertyType.Assembly);

    private static IEnumerable<OptionLeaf> Of(Type type, PropertyInfo[] chain)
    {
        foreach (var property in type.GetProperties())
        {
            PropertyInfo[] longer = [.. chain, property];
            var self = new OptionLeaf(string.Join('.', longer.Select(link => link.Name)), longer);
            foreach (var leaf in IsNested(property) ? Of(property.PropertyType, longer).Prepend(self) : [self])
            {
                yield return leaf;
            }
        }
    }

    private static object Made(object owner, PropertyInfo property)
    {
        var value = property.GetValue(owner) ?? Activator.CreateInstance(property.PropertyType)!;
        property.SetValue(owner, value);
        return value;
    }
}
