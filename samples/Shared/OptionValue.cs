using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Extensions.Samples;

/// <summary>Reads a value of an option from text, always in the invariant culture.</summary>
public static class OptionValue
{
    private static readonly Dictionary<Type, (string Description, Func<string, object?> Parse)> Kinds = new()
    {
        [typeof(string)] = ("text", text => text),
        [typeof(bool)] = ("true or false", text => bool.TryParse(text, out var value) ? value : null),
        [typeof(int)] = ("a whole number", Number<int>(NumberStyles.AllowLeadingSign)),
        [typeof(long)] = ("a whole number", Number<long>(NumberStyles.AllowLeadingSign)),
        [typeof(float)] = ("a number", Number<float>(NumberStyles.Float)),
        [typeof(double)] = ("a number", Number<double>(NumberStyles.Float)),
        [typeof(double[])] = ("numbers with commas between", Numbers),
    };

    /// <summary>Whether a value of this type can be written as text.</summary>
    public static bool IsSupported(Type type) => Kinds.ContainsKey(WithoutNull(type)) || WithoutNull(type).IsEnum;

    /// <summary>The value of the text; <c>null</c> means none if the type allows it.</summary>
    /// <param name="name">The option, for the message.</param>
    /// <param name="type">A type that is supported.</param>
    /// <param name="text">The user's text.</param>
    /// <param name="range">The allowed values, for the message.</param>
    /// <exception cref="UsageException">The text is not a valid value.</exception>
    public static object? Parse(string name, Type type, string text, RangeAttribute? range = null)
    {
        var isNullable = type != WithoutNull(type);
        if (isNullable && text.Equals("null", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        var allowed = WithoutNull(type);
        return (allowed.IsEnum ? ParseEnum(allowed, text) : Kinds[allowed].Parse(text))
            ?? throw new UsageException($"{name} is '{text}'; allowed is {Describe(allowed, range)}{(isNullable ? ", or null" : "")}.");
    }

    private static Func<string, object?> Number<T>(NumberStyles style) where T : struct, INumberBase<T> =>
        text => T.TryParse(text, style, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static double[]? Numbers(string text)
    {
        var numbers = text.Split(',').Select(Number<double>(NumberStyles.Float)).ToArray();
        return numbers.Contains(null) ? null : [.. numbers.Cast<double>()];
    }

    private static Type WithoutNull(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    // Not Enum.Parse, which accepts any number.
    private static object? ParseEnum(Type type, string text) =>
        Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse(type, name)
            : null;

    private static string Describe(Type type, RangeAttribute? range) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : range is null ? Kinds[type].Description
        : string.Create(CultureInfo.InvariantCulture,
            $"{Kinds[type].Description}, {(range.MinimumIsExclusive ? "above " : "")}{range.Minimum} to {range.Maximum}");
}
