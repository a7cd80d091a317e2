using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.Extensions;

/// <summary>Options with conditions across several properties.</summary>
internal interface ICheckedOptions
{
    /// <summary>A sentence for each violated condition: the value given and what is allowed.</summary>
    IEnumerable<string> Errors();
}

/// <summary>Checks options and nested options by their attributes, and reports all errors at once.</summary>
internal static class OptionsValidation
{
    /// <exception cref="ArgumentException">Something is out of range; the message has a line for each such option.</exception>
    public static void Validate(object options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = Errors(options, "").ToList();
        if (errors.Count > 0)
        {
            throw new ArgumentException($"{options.GetType().Name}: {string.Join(" ", errors)}", nameof(options));
        }
    }

    private static IEnumerable<string> Errors(object options, string prefix)
    {
        // A property without a setter is computed from the others, and may throw until they are valid.
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite))
        {
            var value = property.GetValue(options);
            var name = prefix + property.Name;
            foreach (var error in Errors(property, value, name))
            {
                yield return error;
            }
            if (value is not null && IsNested(property.PropertyType))
            {
                foreach (var error in Errors(value, name + "."))
                {
                    yield return error;
                }
            }
        }
        if (options is ICheckedOptions checkedOptions)
        {
            foreach (var error in checkedOptions.Errors())
            {
                yield return prefix + error;
            }
        }
    }

    private static IEnumerable<string> Errors(PropertyInfo property, object? value, string name)
    {
        if (property.GetCustomAttribute<RequiredAttribute>() is not null && value is null or "")
        {
            yield return $"{name} is empty; a value is needed.";
        }
        else if (value is null && new NullabilityInfoContext().Create(property).ReadState == NullabilityState.NotNull)
        {
            yield return $"{name} is null; a value is needed.";
        }
        if (value is not null && property.GetCustomAttribute<RangeAttribute>() is { } range && !range.IsValid(value))
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{name} is {value}; allowed is {(range.MinimumIsExclusive ? "above " : "")}{range.Minimum} to {range.Maximum}.");
        }
        if (value is Enum choice && !IsDefined(choice))
        {
            yield return $"{name} is {value}; allowed are {string.Join(", ", Enum.GetNames(value.GetType()))}.";
        }
    }

    // A combination of flags has no name of its own.
    private static bool IsDefined(Enum choice)
    {
        var type = choice.GetType();
        if (type.GetCustomAttribute<FlagsAttribute>() is null)
        {
            return Enum.IsDefined(type, choice);
        }
        var all = Enum.GetValues(type).Cast<object>().Aggregate(0L, (flags, flag) => flags | Convert.ToInt64(flag, CultureInfo.InvariantCulture));
        return (Convert.ToInt64(choice, CultureInfo.InvariantCulture) & ~all) == 0;
    }

    private static bool IsNested(Type type) =>
        type.IsClass && type.Assembly.GetName().Name!.StartsWith("Microsoft.ML.Extensions", StringComparison.Ordinal)
        && !typeof(IEnumerable).IsAssignableFrom(type);
}
