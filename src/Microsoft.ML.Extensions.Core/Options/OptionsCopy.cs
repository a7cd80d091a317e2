using System.Reflection;

namespace Microsoft.ML.Extensions;

/// <summary>Copies of options, which later changes of the original do not reach.</summary>
/// <remarks>
/// Nested options and arrays are copied with them. All else is kept as it is: texts and numbers, which do not change, and what the user means to share,
/// such as a place for progress or a tokenizer.
/// </remarks>
internal static class OptionsCopy
{
    // By this ending the pack calls all options, and nothing else.
    private const string Ending = "Options";

    private static readonly MethodInfo s_clone = typeof(object).GetMethod(nameof(MemberwiseClone), BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>A checked copy.</summary>
    /// <exception cref="ArgumentException">Something is out of range; the message has a line for each such option.</exception>
    public static T Validated<T>(this T options)
        where T : class
    {
        OptionsValidation.Validate(options);
        return Of(options);
    }

    /// <summary>A copy as it is.</summary>
    public static T Of<T>(T options)
        where T : class => (T)Copied(options);

    private static object Copied(object options)
    {
        var copy = s_clone.Invoke(options, null)!;
        for (var type = options.GetType(); type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (field.GetValue(copy) is { } value && Part(value) is { } part)
                {
                    field.SetValue(copy, part);
                }
            }
        }
        return copy;
    }

    // Null for what is kept.
    private static object? Part(object value) =>
        value is Array array ? array.Clone()
        : value.GetType() is { IsClass: true } type && type.Name.EndsWith(Ending, StringComparison.Ordinal) && type.Assembly.GetName().Name!.StartsWith("Microsoft.ML.Extensions", StringComparison.Ordinal)
            ? Copied(value) : null;
}
