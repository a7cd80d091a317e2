using System.Reflection;

namespace Microsoft.ML.Extensions;

/// <summary>Copies of options, independent of later changes to the original.</summary>
/// <remarks>
/// Nested options and arrays are copied too. Everything else is kept: strings and numbers, which cannot change, and objects that the user
/// means to share, such as a progress handler or a tokenizer.
/// </remarks>
internal static class OptionsCopy
{
    // All option classes of the pack, and no other types, have this suffix.
    private const string Ending = "Options";

    private static readonly MethodInfo s_clone = typeof(object)
        .GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>A checked copy.</summary>
    /// <exception cref="ArgumentException">Something is out of range; the message has a line for each such option.</exception>
    public static T Validated<T>(this T options)
        where T : class
    {
        OptionsValidation.Validate(options);
        return Of(options);
    }

    /// <summary>An unchecked copy.</summary>
    public static T Of<T>(T options)
        where T : class => (T)Copied(options);

    private static object Copied(object options)
    {
        var copy = s_clone.Invoke(options, null)!;
        for (var type = options.GetType(); type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (field.GetValue(copy) is { } value && Part(value) is { } part)
                {
                    field.SetValue(copy, part);
                }
            }
        }
        return copy;
    }

    // Null for values that are kept.
    private static object? Part(object value) =>
        value is Array array ? array.Clone()
        : value.GetType() is { IsClass: true } type && type.Name.EndsWith(Ending, StringComparison.Ordinal)
            && type.Assembly.GetName().Name!.StartsWith("Microsoft.ML.Extensions", StringComparison.Ordinal)
            ? Copied(value) : null;
}
