using System.Globalization;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>Finds columns by what a user calls them.</summary>
internal static class ColumnNames
{
    /// <summary>The index of a column by its name, or by its index from 0 where no column has that name.</summary>
    /// <param name="names">The columns.</param>
    /// <param name="wanted">The name or index.</param>
    /// <param name="option">The option that names it, for the message.</param>
    /// <param name="path">The file, for the message.</param>
    /// <exception cref="UsageException">There is no such column; the message has the nearest names.</exception>
    public static int Find(IReadOnlyList<string> names, string wanted, string option, string path)
    {
        for (var index = 0; index < names.Count; index++)
        {
            if (names[index] == wanted)
            {
                return index;
            }
        }
        if (int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var place))
        {
            return place < names.Count ? place
                : throw new UsageException($"{option} is {wanted}; {path} has {names.Count} columns, so that allowed is 0 to {names.Count - 1}.");
        }
        throw new UsageException(
            $"{option}: {path} has no column '{wanted}'; the nearest are {string.Join(", ", NearestNames.Of(wanted, names))}.");
    }

    /// <summary>Checks that names differ.</summary>
    /// <exception cref="UsageException">Two columns have one name.</exception>
    public static IReadOnlyList<string> Different(IReadOnlyList<string> names, string path) =>
        names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new UsageException($"{path} has {twice.Count()} columns '{twice.Key}'; give them different names.")
            : names;
}
