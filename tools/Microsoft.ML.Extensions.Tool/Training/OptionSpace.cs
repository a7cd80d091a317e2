using System.Globalization;
using System.Reflection;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>The values of options that a search tries, by the attributes from which AutoML makes its search space.</summary>
/// <param name="options">A class of options.</param>
internal sealed class OptionSpace(Type options)
{
    private readonly IReadOnlyList<(string Path, PropertyInfo Property)> _searched = [.. Find(options, "")];

    /// <summary>The names of the searched options.</summary>
    public IEnumerable<string> Names => _searched.Select(option => option.Path);

    /// <summary>A random value for each searched option, each <c>Option=Value</c>.</summary>
    /// <param name="random">The source of randomness.</param>
    /// <param name="settings">Options that the user has set, and that are left as they are.</param>
    public IReadOnlyList<string> Draw(Random random, IEnumerable<string> settings)
    {
        var set = settings.Select(setting => setting.Split('=')[0].Trim()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. _searched.Where(option => !set.Contains(option.Path)).Select(option => $"{option.Path}={Draw(random, option.Property)}")];
    }

    private static string Draw(Random random, PropertyInfo property)
    {
        if (property.GetCustomAttribute<ChoiceAttribute>() is { } choice)
        {
            return Text(choice.Candidates[random.Next(choice.Candidates.Length)]);
        }
        if (property.GetCustomAttribute<RangeAttribute>() is not { } range)
        {
            return random.Next(2) == 1 ? "true" : "false";
        }
        var (min, max) = (Convert.ToDouble(range.Min, CultureInfo.InvariantCulture), Convert.ToDouble(range.Max, CultureInfo.InvariantCulture));
        var share = random.NextDouble();
        return Text(range.LogBase ? min * Math.Pow(max / min, share) : min + ((max - min) * share));
    }

    private static string Text(object value) => value is double number ? number.ToString("G6", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{value}");

    private static IEnumerable<(string, PropertyInfo)> Find(Type type, string prefix)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var path = prefix + property.Name;
            if (property.GetCustomAttribute<NestOptionAttribute>() is not null)
            {
                foreach (var nested in Find(property.PropertyType, path + "."))
                {
                    yield return nested;
                }
            }
            else if (property.IsDefined(typeof(ChoiceAttribute)) || property.IsDefined(typeof(RangeAttribute)) || property.IsDefined(typeof(BooleanChoiceAttribute)))
            {
                yield return (path, property);
            }
        }
    }
}
