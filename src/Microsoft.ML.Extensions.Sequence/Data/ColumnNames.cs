namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Validates column names in options.</summary>
internal static class ColumnNames
{
    /// <summary>Errors of a name that may be null but not empty.</summary>
    public static IEnumerable<string> ErrorsOfOptional(string option, string? name) =>
        name == "" ? [$"{option} is empty; a column's name or null is needed."] : [];

    /// <summary>Errors of a list that must name different columns.</summary>
    public static IEnumerable<string> ErrorsOfList(string option, string[]? names)
    {
        if (names is not { Length: > 0 } || names.Any(string.IsNullOrEmpty))
        {
            yield return $"{option} {(names is { Length: > 0 } ? "holds an empty name" : "is empty")}; columns' names are needed.";
        }
        else if (names.Distinct().Count() < names.Length)
        {
            yield return $"{option} names a column twice: {string.Join(", ", names)}.";
        }
    }

    /// <summary>The error of two options that must name different columns.</summary>
    public static IEnumerable<string> ErrorsOfSame(string option, string? name, string other, string? otherName) =>
        !string.IsNullOrEmpty(name) && name == otherName ? [$"{option} and {other} are both '{name}'."] : [];
}
